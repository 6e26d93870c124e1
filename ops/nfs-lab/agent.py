#!/usr/bin/env python3
"""Runs commands on a machine of the lab: agent.py ADDRESS. One line of JSON in, an array of words; out come frames, each a
line and then its bytes: O<length> of standard output, E<length> of standard error, and last R<status> alone."""
import json
import os
import selectors
import socket
import subprocess
import sys
import threading

PORT = 7000


def run(connection):
    request = connection.makefile("rb").readline()
    if not request:
        return
    process = subprocess.Popen(json.loads(request), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, cwd="/", start_new_session=True)
    outputs = selectors.DefaultSelector()
    outputs.register(process.stdout, selectors.EVENT_READ, b"O")
    outputs.register(process.stderr, selectors.EVENT_READ, b"E")
    while outputs.get_map():
        for key, _ in outputs.select():
            data = os.read(key.fd, 65536)
            if data:
                connection.sendall(b"%s%d\n" % (key.data, len(data)) + data)
            else:
                outputs.unregister(key.fileobj)
    connection.sendall(b"R%d\n" % process.wait())


def serve(connection):
    with connection:
        try:
            run(connection)
        except OSError as failure:
            message = str(failure).encode() + b"\n"
            connection.sendall(b"E%d\n%sR127\n" % (len(message), message))


with socket.create_server((sys.argv[1], PORT), backlog=64) as listener:
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client,), daemon=True).start()
