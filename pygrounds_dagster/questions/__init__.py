"""Questions, proven before they are stored: generators propose, admission executes, the bank keeps."""
