"""What a run tells its reader: tables as CSV and Parquet, workbook, page, run record, terminal view."""
