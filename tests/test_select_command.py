"""`sanghyeop select`: an officer has a spreadsheet of proposals and wants to know which to fund."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanghyeop.cli import main
from sanghyeop.sheets.width import width

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = [
    "id",
    "title",
    "district",
    "field",
    "score",
    "jobs",
    "city_krw",
    "district_krw",
    "score_sd",
    "group",
    "force",
]
RULES = """
[budget]
city_krw = 300_000_000
[budget.district_krw]
"강북구" = 100_000_000
[limits]
per_district_max = 2
[objective]
score = 1.0
"""


def a_row(id="P1", **said):
    row = {
        "id": id,
        "title": "다회용기 세척",
        "district": "강북구",
        "field": "환경",
        "score": "80",
        "jobs": "5",
        "city_krw": "100000000",
        "district_krw": "50000000",
        "score_sd": "",
        "group": "",
        "force": "",
    }
    return row | {key: str(value) for key, value in said.items()}


def csv_text(rows, columns=COLUMNS):
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


THREE = [
    a_row("P1", score=90),
    a_row("P2", score=85, district="노원구"),
    a_row("P3", score=40, district="노원구", city_krw="150000000"),
]


class Desk:
    """The officer's folder, and what the command said."""

    def __init__(self, folder, capsys):
        self.folder, self.capsys = folder, capsys

    def save(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def select(self, rows=THREE, rules=RULES, *options, lang="ko"):
        proposals = rows if isinstance(rows, str | bytes) else csv_text(rows)  # bytes: as they are in the file
        arguments = [self.save("proposals.csv", proposals), self.save("rules.toml", rules), "--lang", lang, *options]
        self.capsys.readouterr()
        self.code = main(["select", *arguments])
        self.out, self.err = self.capsys.readouterr()
        return self.code

    def answer(self, rows=THREE, rules=RULES, *options):
        self.select(rows, rules, "--json", *options)
        return json.loads(self.out)


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path, capsys)


# The story


def test_the_best_portfolio_is_shown_with_reasons(desk):
    assert desk.select() == 0
    assert "2건을 선정합니다" in desk.out and "증명했습니다" in desk.out
    assert "시 예산이 50,000,000원 모자람" in desk.out
    assert "점수가 높은 순서로" in desk.out


def test_json_has_the_promised_keys(desk):
    answer = desk.answer()
    assert desk.code == 0
    assert (answer["status"], answer["objective"], answer["gap"]) == ("optimal", 175.0, 0.0)
    assert answer["selected"] == ["P1", "P2"]
    assert answer["spent"] == {"city_krw": 200_000_000, "district_krw": {"강북구": 50_000_000, "노원구": 50_000_000}}
    rejected = answer["rejected"]["P3"]
    assert rejected["rules"] == [{"code": "city_budget", "subject": "", "limit": 300_000_000, "found": 350_000_000}]
    assert rejected["rule"] and rejected["change"]


def test_the_named_change_of_the_score_brings_the_project_in(desk):
    change = desk.answer()["rejected"]["P3"]["changes"][0]
    assert change["code"] == "score"
    rows = [*THREE[:2], THREE[2] | {"score": str(40 + change["amount"])}]
    assert "P3" in desk.answer(rows)["selected"]
    rows[2]["score"] = str(round(40 + change["amount"] - 0.0001, 4))
    assert "P3" not in desk.answer(rows)["selected"] or change["amount"] < 0.0002


@pytest.mark.parametrize("weights", ["score = 0.7\njobs = 0.33", "score = 0\njobs = 2.5", "score = 0.0003"])
def test_the_named_change_holds_for_any_weights(desk, weights):
    rules = RULES.replace("score = 1.0", weights)
    rows = [a_row("A", score="77.77", jobs=9), a_row("B", score="66.66", jobs=4), a_row("C", score="50.01", jobs=3)]
    answer = desk.answer(rows, rules)
    (out,) = answer["rejected"]
    change = answer["rejected"][out]["changes"][0]
    for row in rows:
        if row["id"] == out:
            row[change["code"]] = str(round(float(row[change["code"]]) + change["amount"], 4))
    assert out in desk.answer(rows, rules)["selected"]


def change_of(desk, id, rows, rules=RULES):
    return desk.answer(rows, rules)["rejected"][id]


def test_no_score_beyond_the_scale_is_advised(desk):
    """P3 would need 135 points: no officer can do anything with that, but with the budget."""
    rows = [*THREE[:2], THREE[2] | {"city_krw": "250000000"}]
    rejected = change_of(desk, "P3", rows)
    assert "score" not in [change["code"] for change in rejected["changes"]]
    assert "점수 +" not in rejected["change"]
    assert [change["code"] for change in rejected["changes"]] == ["city_ask", "city_budget"]


def test_where_the_project_alone_can_do_nothing_the_budget_that_would_is_named(desk):
    rules = RULES.replace("[limits]", '"노원구" = 60_000_000\n[limits]')
    rows = [THREE[0] | {"score": "100"}, THREE[1] | {"score": "100"}, THREE[2] | {"district_krw": "900000000"}]
    rejected = change_of(desk, "P3", rows, rules)
    assert rejected["changes"] == []
    assert "이 사업만 고쳐서는 들어오지 않음(최고 점수 100점으로도 모자람)" in rejected["change"]
    assert "시 예산 +50,000,000원 그리고 노원구 예산 +" in rejected["change"]


def test_a_list_that_goes_beyond_100_has_a_scale_of_its_own(desk):
    rows = [THREE[0] | {"score": "190"}, THREE[1] | {"score": "185"}, THREE[2] | {"score": "140"}]
    assert change_of(desk, "P3", rows)["changes"][0]["code"] == "score"


def test_who_would_leave_stands_by_the_change_that_it_belongs_to(desk):
    rejected = change_of(desk, "P3", THREE)
    assert rejected["displaces"] == ["P2"]
    first, *others = rejected["change"].split(" 또는 ")
    assert first.startswith("점수 +") and first.endswith("(그때 빠지는 사업: P2)")
    assert others and not any("빠지는" in other for other in others)


def test_a_project_that_is_forced_out_is_told_so_with_the_change(desk):
    rows = [*THREE[:2], THREE[2] | {"force": "out"}]
    assert change_of(desk, "P3", rows)["change"].startswith("제외 지정을 풀고 ")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_help_names_the_language(capsys, lang):
    with pytest.raises(SystemExit):
        main(["select", "--help", "--lang", lang])
    assert "--lang" in capsys.readouterr().out


def test_a_forced_project_is_in_and_its_cost_is_shown(desk):
    rows = [*THREE[:2], THREE[2] | {"force": "in"}]
    answer = desk.answer(rows)
    assert "P3" in answer["selected"]
    assert answer["cost_of_forcing"] == {"total": 45.0, "each": {"P3": 45.0}}


def test_scores_that_vary_show_how_often_a_project_stays(desk):
    rows = [row | {"score_sd": "30"} for row in THREE]
    first, again = desk.answer(rows), desk.answer(rows)
    assert first["stays"] == again["stays"] and set(first["stays"]) == {"P1", "P2", "P3"}
    assert all(0 <= share <= 1 for share in first["stays"].values())
    assert desk.answer(rows, RULES, "--draws", "0").get("stays") is None


def test_the_workbook_can_be_opened_and_holds_the_same(desk):
    out = desk.folder / "선정.xlsx"
    assert desk.select(THREE, RULES, "--out", str(out)) == 0
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["선정", "탈락", "자치구별", "규칙", "비교"]
    assert [row[0] for row in book["선정"].iter_rows(min_row=2, values_only=True)] == ["P1", "P2"]
    assert book["비교"]["D2"].value == "100.0%"
    assert list(desk.folder.glob(".*")) == []


@pytest.mark.parametrize("title", ["=1+1", "+82", "-1", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_no_text_of_a_proposal_acts_as_a_formula(desk, title):
    out = desk.folder / "out.xlsx"
    assert desk.select([a_row("P1", title=title), a_row("=P2", district="중구")], RULES, "--out", str(out)) == 0
    for sheet in openpyxl.load_workbook(out):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                    assert cell.quotePrefix


def test_columns_line_up_with_hangul_in_them(desk):
    desk.select([a_row("P1", title="가"), a_row("P2", title="abcdef", district="노원구")])
    lines = desk.out.split("[선정]\n")[1].splitlines()[:3]
    assert len({width(line.split("100,000,000")[0]) for line in lines[1:]}) == 1


def test_english_by_option_and_by_the_system(desk, monkeypatch):
    desk.select(lang="en")
    assert "proven optimal" in desk.out
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    arguments = [desk.save("p.csv", csv_text(THREE)), desk.save("r.toml", RULES)]
    for system, words in (("en_US.UTF-8", "proven optimal"), ("ko_KR.UTF-8", "증명"), ("C.UTF-8", "증명")):
        monkeypatch.setenv("LANG", system)
        assert main(["select", *arguments]) == 0
        assert words in desk.capsys.readouterr().out


# Encodings and kinds of files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "euc-kr", "utf-16"])
def test_every_usual_encoding_is_read(desk, encoding):
    answer = desk.answer(csv_text(THREE).encode(encoding), RULES.encode("utf-8-sig"))
    assert answer["spent"]["district_krw"]["강북구"] == 50_000_000
    assert desk.answer(THREE, RULES.encode("cp949"))["status"] == "optimal"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_separators_are_read(desk, delimiter):
    text = csv_text(THREE).replace(",", delimiter)
    assert desk.answer(text)["selected"] == ["P1", "P2"]


def test_a_file_of_two_encodings_is_refused_with_the_row(desk):
    lines = csv_text(THREE).split("\r\n")
    mixed = "\r\n".join(lines[:2]).encode() + b"\r\n" + lines[2].encode("cp949") + b"\r\n\xff\xfe\xff"
    assert desk.select(mixed) == 2
    assert "CP949" in desk.err and "행" in desk.err


def xlsx(rows, columns=COLUMNS):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(columns)
    for row in rows:
        sheet.append([row[name] for name in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_like_its_csv(desk):
    rows = [row | {"score": float(row["score"]), "city_krw": int(row["city_krw"]), "jobs": 5.0} for row in THREE]
    assert desk.answer(xlsx(rows)) == desk.answer()


def test_a_formula_without_its_result_is_named(desk):
    assert desk.select(xlsx([a_row("P1", city_krw="=1+1")])) == 2
    assert "2행, city_krw" in desk.err and "수식" in desk.err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "비어"),
        (b"   \n\n", "비어"),
        (b"PK\x03\x04 no zip", "손상"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"),
        (csv_text([]).encode(), "제안이 없습니다"),
        (b'id,title\n"open', "따옴표"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "글자를 읽을 수 없습니다"),
    ],
)
def test_what_is_no_table_is_refused(desk, content, says):
    assert desk.select(content) == 2
    assert says in desk.err and desk.out == ""


# Numbers as people write them


@pytest.mark.parametrize(
    "text", ["100,000,000", "100000000원", "₩100,000,000", "１００，０００，０００", " 100000000 ", "100000000.0"]
)
def test_won_may_be_written_in_every_usual_way(desk, text):
    assert desk.answer([a_row(city_krw=text)])["spent"]["city_krw"] == 100_000_000


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("city_krw", "", "비어"),
        ("city_krw", "많이", "수가 아닙니다"),
        ("city_krw", "1억", "원 단위"),
        ("city_krw", "100백만원", "원 단위"),
        ("city_krw", "1,00,000", "수가 아닙니다"),
        ("city_krw", "-5", "0보다 작을 수 없습니다"),
        ("city_krw", "0.5", "정수여야"),
        ("city_krw", str(10**18), "너무 큽니다"),
        ("city_krw", "9" * 400, "너무 큽니다"),
        ("district_krw", "1e9", "수가 아닙니다"),
        ("score", "NaN", "수가 아닙니다"),
        ("score", "inf", "수가 아닙니다"),
        ("score", "=1+1", "수가 아닙니다"),
        ("score", "<script>", "수가 아닙니다"),
        ("jobs", "다섯", "수가 아닙니다"),
        ("score_sd", "-1", "0보다 작을 수 없습니다"),
        ("id", "", "비어"),
        ("district", "", "비어"),
        ("force", "yes", "in, out"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column(desk, column, text, says):
    assert desk.select([a_row("P1"), a_row("P2") | {column: text}]) == 2
    assert f"3행, {column}" in desk.err and says in desk.err


def test_all_faults_are_listed_at_once_up_to_twenty(desk):
    assert desk.select([a_row(f"P{k}", score="x", jobs="y") for k in range(15)]) == 2
    assert "고칠 곳이 30곳" in desk.err
    assert desk.err.count("수가 아닙니다") == 20 and "그 밖에 10곳" in desk.err


def test_faults_of_both_files_are_said_together(desk):
    assert desk.select([a_row(score="x")], "[budget]\ncity_krw = -1\n") == 2
    assert "2행, score" in desk.err and "budget.city_krw" in desk.err


def test_rows_are_counted_as_in_the_spreadsheet(desk):
    text = csv_text([a_row("P1", title="두\n줄"), a_row("P2", score="x")]).replace("P2,", "\r\nP2,", 1)
    assert desk.select(text) == 2
    assert "4행, score" in desk.err


def test_an_id_that_stands_twice_is_named_with_both_rows(desk):
    assert desk.select([a_row("P1"), a_row("P2"), a_row("P1")]) == 2
    assert "4행, id" in desk.err and "2행과 같은 id" in desk.err


# Columns


def test_missing_and_misspelt_columns_are_named(desk):
    text = csv_text(THREE).replace("score,", "scores,").replace("jobs,", "")
    assert desk.select(text) == 2
    assert "scores" in desk.err and "'score'의 오타" in desk.err
    assert "jobs: 열이 없습니다" in desk.err


def test_a_misspelt_optional_column_is_not_passed_over(desk):
    assert desk.select(csv_text(THREE).replace("force", "forced")) == 2
    assert "'force'의 오타" in desk.err


def test_a_column_of_the_officers_own_is_left_alone_with_a_note(desk):
    rows = [row | {"비고": "메모"} for row in THREE]
    assert desk.select(csv_text(rows, [*COLUMNS, "비고"])) == 0
    assert "비고" in desk.err


def test_a_column_that_stands_twice_is_refused(desk):
    assert desk.select(csv_text(THREE).replace("title", "id")) == 2
    assert "둘 이상" in desk.err


# Rules


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ("[budget]\ncity_krw = \n", "2줄"),
        ("[budget]\ncity_krw = 1\ncity_krw = 2\n", "TOML"),
        ("", "비어"),
        ("[limits]\nprojects_max = 3\n", "budget.city_krw: 항목이 없습니다"),
        ("[budget]\ncity_krv = 5\n", "'city_krw'입니까"),
        ("[budgets]\ncity_krw = 5\n", "'budget'입니까"),
        ("projects_max = 3\n[budget]\ncity_krw = 5\n", "'limits.projects_max'입니까"),
        ("[budget]\ncity_krw = 5\n[limits]\nproject_max = 3\n", "'projects_max'입니까"),
        ("[budget]\ncity_krw = 1.5\n", "정수여야"),
        ("[budget]\ncity_krw = '5'\n", "정수가 아닙니다"),
        ("[budget]\ncity_krw = true\n", "정수가 아닙니다"),
        ("[budget]\ncity_krw = -5\n", "0보다 작을 수 없습니다"),
        (f"[budget]\ncity_krw = {10**18}\n", "너무 큽니다"),
        ("[budget]\ncity_krw = nan\n", "정수가 아닙니다"),
        ("[budget]\ncity_krw = 5\ndistrict_krw = 3\n", "표여야"),
        ("budget = 3\n", "표여야"),
        ("[budget]\ncity_krw = 5\n[objective]\nscore = 0\njobs = 0\n", "가중치가 모두 0"),
        ("[budget]\ncity_krw = 5\n[objective]\nscore = -1\n", "0보다 작을 수 없습니다"),
        ("[budget]\ncity_krw = 5\n[objective]\nscore = inf\n", "수가 아닙니다"),
        ("[budget]\ncity_krw = 5\n[objective]\nscore = 0.00001\n", "넷째 자리"),
        ("[budget]\ncity_krw = 5\n[limits.field_min]\n환경 = 1\n", "4줄: 한글 이름은 따옴표"),
        ("[budget]\ncity_krw = 5\n[limits]\nfield_min = {'환경' = 3}\nfield_max = {'환경' = 2}\n", "최대보다"),
    ],
)
def test_bad_rules_are_refused_with_the_place(desk, rules, says):
    assert desk.select(THREE, rules) == 2
    assert says in desk.err


def test_a_district_that_no_proposal_has_is_noted_with_the_nearest(desk):
    assert desk.select(THREE, RULES.replace('"강북구"', '"강복구"')) == 0
    assert "강복구" in desk.err and "'강북구'입니까" in desk.err
    assert "한도 없이" in desk.err


# No selection


def test_rules_that_clash_are_named_and_the_code_is_3(desk):
    rules = RULES.replace("[limits]", "[limits]\nfield_min = {'돌봄' = 2}")
    assert desk.select(THREE, rules) == 3
    assert "분야 돌봄 최소 2건(제안 0건)" in desk.err and desk.out == ""
    answer = desk.answer(THREE, rules)
    assert desk.code == 3
    assert (answer["status"], answer["objective"], answer["selected"]) == ("infeasible", None, [])
    assert [(rule["code"], rule["subject"]) for rule in answer["clash"]] == [("field_min", "돌봄")]


def test_two_of_one_group_that_are_forced_in_are_both_named(desk):
    rows = [a_row("P1", group="택일", force="in"), a_row("P2", group="택일", force="in"), a_row("P3")]
    assert desk.select(rows) == 3
    assert "P1 반드시 선정" in desk.err and "P2 반드시 선정" in desk.err and "묶음 택일" in desk.err


# Files


@pytest.mark.parametrize("which", [0, 1])
def test_a_file_that_is_not_there(desk, which):
    paths = [desk.save("p.csv", csv_text(THREE)), desk.save("r.toml", RULES)]
    paths[which] = str(desk.folder / "없음")
    assert main(["select", *paths, "--lang", "ko"]) == 2
    assert "파일이 없습니다" in desk.capsys.readouterr().err


def test_a_folder_is_no_file(desk):
    assert main(["select", str(desk.folder), desk.save("r.toml", RULES), "--lang", "ko"]) == 2
    assert "폴더" in desk.capsys.readouterr().err


@pytest.mark.parametrize(("name", "says"), [("x.csv", ".xlsx"), ("no/x.xlsx", "쓸 수 없습니다")])
def test_an_out_file_that_cannot_be_is_said_before_the_work(desk, name, says):
    assert desk.select(THREE, RULES, "--out", str(desk.folder / name)) == 2
    assert says in desk.err and desk.out == ""


def test_a_wrong_call_ends_with_2(desk):
    with pytest.raises(SystemExit) as ended:
        main(["select"])
    assert ended.value.code == 2


WORKBOOK = xlsx(THREE)  # made once: it holds the time of its making
mangled = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@mangled
@given(st.data())
def test_no_file_however_mangled_makes_it_fall_over(desk, data):
    """Bytes cut out, put in and doubled anywhere in either file: an answer or named faults, never a traceback."""
    files = [data.draw(st.sampled_from([csv_text(THREE).encode(), csv_text(THREE).encode("cp949"), WORKBOOK]))]
    files.append(RULES.encode())
    for k in range(2):
        for _ in range(data.draw(st.integers(0, 3))):
            place = data.draw(st.integers(0, len(files[k])))
            cut = data.draw(st.integers(0, 20))
            piece = data.draw(
                st.binary(max_size=6) | st.sampled_from([b"\x00", b'"', b"\n", b"=", "년".encode(), b"e9"])
            )
            files[k] = files[k][:place] + piece + files[k][place + cut :]
    assert desk.select(files[0], files[1]) in (0, 2, 3)


# The program as it is installed


def run(*words):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "LANG": "ko_KR.UTF-8", "PYTHONIOENCODING": "utf-8"}
    code = "import sys; from sanghyeop.cli import main; sys.exit(main())"
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, env=environment, timeout=60)


def test_the_example_of_the_documentation_works_and_stdout_is_pure_json():
    examples = ROOT / "docs" / "examples"
    done = run("select", str(examples / "proposals.csv"), str(examples / "rules.toml"), "--json", "--draws", "0")
    assert done.returncode == 0
    assert json.loads(done.stdout)["status"] == "optimal"


def test_the_command_needs_neither_django_nor_the_solver_to_start():
    code = "import sys, sanghyeop.cli as c\ntry: c.main(['--help'])\nexcept SystemExit: pass\n"
    code += "sys.exit(any(m in sys.modules for m in ('django', 'numpy', 'highspy', 'openpyxl')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0
