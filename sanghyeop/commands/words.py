"""What the commands say of files, columns and cells, in Korean and English. (The web pages' words are in locale/,
which needs Django.)"""

from __future__ import annotations

from collections.abc import Iterable

from sanghyeop.commands.faults import BadInput, Fault

COMMON: dict[str, tuple[str, str]] = {
    # files
    "no_such_file": ("파일이 없습니다.", "There is no such file."),
    "is_folder": ("파일이 아니라 폴더입니다.", "This is a folder, not a file."),
    "unreadable": ("파일을 읽을 수 없습니다. 권한을 확인하십시오.", "The file cannot be read; check its permissions."),
    "empty": ("파일이 비어 있습니다.", "The file is empty."),
    "too_large_file": ("파일이 너무 큽니다(50 MB까지).", "The file is too large (up to 50 MB)."),
    "old_xls": (
        "예전 엑셀(.xls)이거나 암호가 걸린 파일입니다. 암호 없이 .xlsx로 저장하십시오.",
        "This is an old .xls file or one with a password; save it as .xlsx without a password.",
    ),
    "not_xlsx": ("엑셀 파일(.xlsx)이 손상되어 읽을 수 없습니다.", "The XLSX file is damaged."),
    "not_csv": ("CSV의 따옴표가 맞지 않습니다.", "The quotes of the CSV do not match."),
    "not_text": (
        "글자를 읽을 수 없습니다. UTF-8이나 CP949(EUC-KR)로 저장하십시오.",
        "The text is neither UTF-8 nor CP949 (EUC-KR).",
    ),
    "too_many_rows": ("행이 너무 많습니다(100,000행까지).", "There are too many rows (up to 100,000)."),
    "too_many_columns": ("열이 너무 많습니다(200열까지).", "There are too many columns (up to 200)."),
    "cell_too_long": ("칸의 글이 너무 깁니다(32,767자까지).", "A cell is too long (up to 32,767 letters)."),
    "out_is_input": ("--out 파일이 입력 파일과 같습니다.", "The file after --out is one of the inputs."),
    "out_not_writable": ("--out 파일을 쓸 수 없습니다: {text}", "The file after --out cannot be written: {text}"),
    "not_parquet": ("Parquet 파일이 손상되어 읽을 수 없습니다.", "The Parquet file is damaged or not of a table."),
    # columns and cells
    "missing_column": (
        "열이 없습니다. 첫 행에 열 이름이 있어야 합니다.",
        "The column is missing; the first row must hold the names of the columns.",
    ),
    "misspelt_column": ("모르는 열입니다. '{meant}'의 오타입니까?", "Unknown column; do you mean '{meant}'?"),
    "duplicate_column": ("같은 이름의 열이 둘 이상입니다.", "The column stands there more than once."),
    "ignored_column": ("쓰지 않는 열이라 건너뜁니다.", "The column is not used and is left out."),
    "empty_cell": ("칸이 비어 있습니다.", "The cell is empty."),
    "not_a_number": ("수가 아닙니다: {text}", "Not a number: {text}"),
    "not_whole": ("정수여야 합니다: {text}", "It must be a whole number: {text}"),
    "formula": (
        "수식의 결과가 저장되어 있지 않습니다. 값으로 붙여 넣으십시오.",
        "The formula was saved without its result; paste it as a value.",
    ),
    "negative": ("0보다 작을 수 없습니다: {text}", "It cannot be negative: {text}"),
    "too_large": ("너무 큽니다: {text} (최대 {most:,})", "Too large: {text} (at most {most:,})"),
    "duplicate_id": ("{first}행과 같은 id입니다: {text}", "The id of row {first} again: {text}"),
    # how it is said
    "meant": ("'{meant}'입니까?", "Do you mean '{meant}'?"),
    "warning": ("알림", "Note"),
    "row": ("{row}행", "row {row}"),
    "line": ("{row}줄", "line {row}"),
    "faults": ("{file}: 고칠 곳이 {n}곳 있습니다.", "{file}: {n} things to mend."),
    "more": ("… 그 밖에 {n}곳", "… and {n} more"),
    "written": ("{file}에 썼습니다.", "Written to {file}."),
}


class Speaker:
    """Says things in one language."""

    words = COMMON

    def __init__(self, lang: str) -> None:
        self.place = 1 if lang == "en" else 0

    def __call__(self, code: str, **about: object) -> str:
        return self.words[code][self.place].format(**about)

    def fault(self, fault: Fault, row_word: str = "row") -> str:
        """One line: where, and what is wrong there."""
        where = [self(row_word, row=fault.row)] if fault.row else []
        where += [fault.where] if fault.where else []
        code = "too_large_file" if fault.code == "too_large" and "most" not in fault.about else fault.code
        text = self(code, **fault.about)
        if fault.about.get("meant") and "{meant}" not in self.words[code][self.place]:
            text += " " + self("meant", meant=fault.about["meant"])
        return f"{', '.join(where)}: {text}" if where else text


def listed(speaker: Speaker, bad: BadInput, row_word: str = "row", most: int = 20) -> Iterable[str]:
    """A file's faults for a person, at most ``most`` of them."""
    yield speaker("faults", file=bad.file, n=bad.count)
    for fault in bad.faults[:most]:
        yield "  " + speaker.fault(fault, row_word)
    if bad.count > most:
        yield "  " + speaker("more", n=bad.count - most)
