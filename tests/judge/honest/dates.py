# datetime, calendar, time.
# prints:
#   2024-03-01 Friday 366 days
#   2024-02-29T12:30:00+00:00 1 day, 0:00:00
#   01.02.2024 2024-02-01 00:00:00
#   True True
import calendar
import time
from datetime import date, datetime, timedelta, timezone

day = date(2024, 2, 29) + timedelta(days=1)
print(day, day.strftime("%A"), 365 + calendar.isleap(2024), "days")
moment = datetime(2024, 2, 29, 12, 30, tzinfo=timezone.utc)
print(moment.isoformat(), (moment + timedelta(1)) - moment)
print(datetime.strptime("2024-02-01", "%Y-%m-%d").strftime("%d.%m.%Y"), datetime(2024, 2, 1))
started = time.perf_counter()
time.sleep(0.002)
print(time.perf_counter() - started >= 0.002, datetime.now() > datetime(2020, 1, 1))
