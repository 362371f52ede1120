"""Whatever the shape of the workbook, the check finds what was put in and nothing else."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from tests.empowerment.workbook.builder import Made, check, workbooks

_COLUMN_FAULTS = {"unknown_column", "no_duties", "no_source", "no_rows", "set_aside"}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(workbooks())
def test_every_planted_fault_is_found_at_its_cell_and_nothing_else(made: Made) -> None:
    report = check(made.content, made.filename)
    assert report.header_row == made.header_row
    assert report.columns == made.columns
    assert report.member_columns == made.streets
    assert report.rows == made.rows
    assert {fault.cell for fault in report.errors} == made.errors
    assert {fault.cell for fault in report.warnings if fault.code == "unknown_column"} == made.unknown
    assert {fault.code for fault in report.warnings} <= _COLUMN_FAULTS


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(workbooks())
def test_no_row_is_lost_or_invented(made: Made) -> None:
    report = check(made.content, made.filename)
    assert report.rows == report.new + report.changed + report.unchanged + report.faulty
    assert (report.new, report.changed, report.unchanged, report.faulty) == (
        made.rows - made.faulty,
        0,
        0,
        made.faulty,
    )
    assert {ignored.row for ignored in report.ignored} == made.ignored
    assert all(ignored.text and ignored.reason for ignored in report.ignored)
    assert {fault.row for fault in report.unsure} <= made.ignored


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(workbooks())
def test_values_are_read_as_they_were_meant(made: Made) -> None:
    report = check(made.content, made.filename)
    by_row = {line.row: line.values for line in report.lines}
    assert {row: values["name"] for row, values in by_row.items() if row in made.names} == made.names
    assert {row: by_row[row]["type"] for row in made.types} == made.types
    if made.streets:
        assert {row: values["streets"] for row, values in by_row.items()} == made.proposed
