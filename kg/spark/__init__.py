"""Build on a cluster: the functions of `kg.pipeline` for each document, as a job of Apache Spark.

Texts come from any path that Hadoop reads, triples go there as N-Quads and Parquet. Spark shares
the work out and does again what an executor lost; here is no scheduler.
"""

from kg.spark.job import ClusterBuild, NothingReadError, build_on_cluster

__all__ = ["ClusterBuild", "NothingReadError", "build_on_cluster"]
