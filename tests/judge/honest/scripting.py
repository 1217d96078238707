# argparse, configparser, shlex, io redirection, a main guard, a clean exit.
# prints:
#   Namespace(name='Ada', count=2)
#   8080 ['a', 'b c']
#   'captured\n'
#   bye
import argparse
import atexit
import configparser
import contextlib
import io
import shlex
import sys


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--count", type=int, default=1)
    print(parser.parse_args(["Ada", "--count", "2"]))
    config = configparser.ConfigParser()
    config.read_string("[server]\nport = 8080\n")
    print(config.getint("server", "port"), shlex.split("a 'b c'"))
    with contextlib.redirect_stdout(io.StringIO()) as captured:
        print("captured")
    print(repr(captured.getvalue()))
    atexit.register(print, "bye")


if __name__ == "__main__":
    main()
    sys.exit(0)
