"""Start Spark, and turn what it complains of into one line."""

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import re2

from kg.errors import ServiceError, UsageError

_LOCAL: Final = "local[*]"
_DEFAULTS: Final = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
"""What a user's own settings overrule: no page on a port that nobody asked for."""
_NAMED: Final = re2.compile(r"(?:Caused by: )?[A-Za-z_.$]+(?:Error|Exception): ")


@contextmanager
def open_session(master: str = "") -> Iterator[Any]:
    """Give a session of Spark, at the master that is named or that Spark's settings name.

    Raises:
        UsageError: PySpark or Java is not installed.
        ServiceError: a job failed.
    """
    warnings.simplefilter("ignore", FutureWarning)  # of PySpark, about a pandas that we do not use
    try:
        from pyspark import SparkConf
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
        from py4j.protocol import Py4JError  # isort: skip - there once PySpark is
    except ImportError as error:
        message = "--engine spark needs PySpark: pip install 'accountable-care-kg[spark]'"
        raise UsageError(message) from error
    conf = SparkConf()
    for name, value in _DEFAULTS.items():
        conf.setIfMissing(name, value)
    if master:
        conf.setMaster(master)
    conf.setIfMissing("spark.master", _LOCAL)
    if conf.get("spark.master").startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")  # no one else is to reach it
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # this machine's has our libraries
    try:
        session = (
            SparkSession.builder.appName("accountable-care-kg").config(conf=conf).getOrCreate()
        )
    except PySparkException as error:
        raise UsageError(f"Spark did not start ({_reason(error)}); it needs Java 17") from error
    try:
        session.sparkContext.setLogLevel("ERROR")
        yield session
    except (PySparkException, Py4JError) as error:
        raise ServiceError(f"Spark: {_reason(error)}") from error
    finally:
        session.stop()


def hadoop_path(session: Any, address: str) -> tuple[Any, Any]:
    """Return a path as Hadoop has it, and the file system that it is on."""
    context = session.sparkContext
    path = context._jvm.org.apache.hadoop.fs.Path(address)  # noqa: SLF001 - PySpark's way to Hadoop
    return path, path.getFileSystem(context._jsc.hadoopConfiguration())  # noqa: SLF001 - as above


def _reason(error: Exception) -> str:
    r"""Return the last error that Java or Python names: the cause of the others.

    >>> _reason(ValueError("A job failed\nCaused by: java.io.IOException: No space\n at x.y"))
    'Caused by: java.io.IOException: No space'
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    named = [line for line in lines if _NAMED.match(line)]
    return (named[-1] if named else next(iter(lines), type(error).__name__))[:500]
