# Uses the clients of the library: urllib, http, asyncio, smtplib, xmlrpc, telnet-like files.
# outcome: ok
import asyncio
import http.client
import json
import logging.handlers
import smtplib
import urllib.request
import xmlrpc.client

targets = json.loads(input())
port = targets["tcp"]


async def stream():
    reader, _writer = await asyncio.open_connection("127.0.0.1", port)
    print("LEAK", await reader.read(100))


async def unix():
    reader, _writer = await asyncio.open_unix_connection(targets["unix"])
    print("LEAK", await reader.read(100))


ways = {
    "urllib": lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1).read(),
    "file url": lambda: print("LEAK", urllib.request.urlopen("file:///etc/passwd").read()),
    "http": lambda: http.client.HTTPConnection("127.0.0.1", port, timeout=1).request("GET", "/"),
    "smtp": lambda: smtplib.SMTP("127.0.0.1", port, timeout=1),
    "xmlrpc": lambda: xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}/").steal(),
    "syslog": lambda: logging.handlers.SysLogHandler(("127.0.0.1", targets["udp"])).emit(
        logging.makeLogRecord({"msg": "stolen"})
    ),
    "asyncio": lambda: asyncio.run(stream()),
    "asyncio unix": lambda: asyncio.run(unix()),
}
for name, way in ways.items():
    try:
        way()
    except (OSError, http.client.HTTPException, ValueError) as error:
        print(name, "refused:", error)
