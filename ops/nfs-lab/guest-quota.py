"""Limits a user's blocks on a file system, which quotactl(2) does: guest-quota.py DEVICE USER used|none."""

import ctypes
import os
import sys

Q_GETQUOTA, Q_SETQUOTA, USRQUOTA, QIF_BLIMITS = 0x800007, 0x800008, 0, 1


class Quota(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in (
        "hard_kib", "soft_kib", "used_bytes", "hard_files", "soft_files", "files", "grace", "files_grace")]
    _fields_.append(("valid", ctypes.c_uint32))


def quotactl(command):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.quotactl(ctypes.c_int(command << 8 | USRQUOTA), device.encode(), user, ctypes.byref(quota)):
        sys.exit(f"guest-quota: {device}: {os.strerror(ctypes.get_errno())}")


device, user, limit = sys.argv[1], int(sys.argv[2]), sys.argv[3]
quota = Quota()
quotactl(Q_GETQUOTA)
# Of 0 there is none
quota.hard_kib = {"used": max(1, quota.used_bytes // 1024), "none": 0}[limit]
quota.valid = QIF_BLIMITS
quotactl(Q_SETQUOTA)
