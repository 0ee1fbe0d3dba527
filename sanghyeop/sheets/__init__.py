"""Tables from outside: CSV in the encodings that are common in Korea, and XLSX. No Django.

`read_table` gives the cells as texts with the row numbers that a spreadsheet shows; `numbers` reads them;
`workbook` writes XLSX in which no text can act as a formula.
"""

from sanghyeop.sheets.numbers import NotANumber, decimal_number, whole_number
from sanghyeop.sheets.reading import SheetError, Table, TableRow, decode, read_table

__all__ = ["NotANumber", "SheetError", "Table", "TableRow", "decimal_number", "decode", "read_table", "whole_number"]
