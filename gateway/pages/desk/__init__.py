"""The clerk's desk: the queue of the own offices, the page of a case, and who stands in for whom."""

from gateway.pages.desk.asking import AskForCorrection, HandOver
from gateway.pages.desk.batches import Batch, NewBatch
from gateway.pages.desk.case import Case, CaseDocument
from gateway.pages.desk.deputies import Deputies
from gateway.pages.desk.form_statistics import FormStatistics, FormStatisticsFile
from gateway.pages.desk.queue import Queue
from gateway.pages.desk.search import Search
from gateway.pages.desk.statistics import Statistics, StatisticsFile

__all__ = [
    "AskForCorrection",
    "Batch",
    "Case",
    "CaseDocument",
    "Deputies",
    "FormStatistics",
    "FormStatisticsFile",
    "HandOver",
    "NewBatch",
    "Queue",
    "Search",
    "Statistics",
    "StatisticsFile",
]
