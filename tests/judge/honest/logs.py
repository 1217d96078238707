# logging with handlers, levels and formats.
# prints:
#   INFO app: started
#   ERROR app.db: lost 3
#   ['WARNING only here']
import logging
import sys

handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
logger = logging.getLogger("app")
logger.setLevel(logging.INFO)
logger.addHandler(handler)
logger.debug("not shown")
logger.info("started")
logging.getLogger("app.db").error("lost %d", 3)


class Keep(logging.Handler):
    kept = []

    def emit(self, record):
        self.kept.append(f"{record.levelname} {record.getMessage()}")


logger.propagate = False
logger.handlers[:] = [Keep()]
logger.warning("only here")
print(Keep.kept)
