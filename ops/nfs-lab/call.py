#!/usr/bin/env python3
"""Has the agent of a machine run a command: call.py ADDRESS WORD... Ends with the command's status."""
import json
import socket
import sys

PORT = 7000

with socket.create_connection((sys.argv[1], PORT), 10) as connection:
    connection.settimeout(None)
    connection.sendall(json.dumps(sys.argv[2:]).encode() + b"\n")
    frames = connection.makefile("rb")
    while True:
        head = frames.readline()
        if not head:
            sys.exit("call.py: the machine broke off")
        number = int(head[1:])
        if head.startswith(b"R"):
            sys.exit(number if number >= 0 else 128 - number)
        output = (sys.stdout if head.startswith(b"O") else sys.stderr).buffer
        output.write(frames.read(number))
        output.flush()
