"""`sanghyeop match`: an officer has the applications and the positions in files, and wants them placed, and proof."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanghyeop.cli import main
from sanghyeop.engines.matching import compiled
from sanghyeop.sheets import columns

ROOT = Path(__file__).resolve().parents[1]
APPLICANTS = """applicant,score,choices,group
가영,90,세척;돌봄,
나리,80,세척;돌봄,청년
다온,70,세척,신중년
라희,60,돌봄;세척,
"""
POSITIONS = """position,quota,reserved
세척,2,신중년:1
돌봄,1,
"""
PLACED = {"가영": ("세척", 1), "나리": ("돌봄", 2), "다온": ("세척", 1)}


class Desk:
    """The officer's folder, and what the command said."""

    def __init__(self, folder, capsys):
        self.folder, self.capsys = folder, capsys

    def save(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def match(self, applicants=APPLICANTS, positions=POSITIONS, *options, priorities=None, lang="ko"):
        words = [self.save("applicants.csv", applicants), self.save("positions.csv", positions), "--lang", lang]
        if priorities is not None:
            words += ["--priorities", self.save("priorities.csv", priorities)]
        self.capsys.readouterr()
        self.code = main(["match", *words, *options])
        self.out, self.err = self.capsys.readouterr()
        return self.code

    def answer(self, *arguments, **more):
        files = arguments or (APPLICANTS, POSITIONS)
        assert self.match(*files, "--json", **more) == 0, self.err
        return json.loads(self.out)

    def placed(self, applicants=APPLICANTS, positions=POSITIONS, *options, **more):
        """applicant -> (position, rank), from the file that the command wrote."""
        path = self.folder / "result.csv"
        assert self.match(applicants, positions, "--out", str(path), *options, **more) == 0, self.err
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert not rows or list(rows[0]) == ["applicant", "position", "rank"]
        return {row["applicant"]: (row["position"], int(row["rank"])) for row in rows}


@pytest.fixture
def desk(tmp_path, capsys):
    return Desk(tmp_path, capsys)


# The story


def test_everyone_is_placed_by_points_and_the_reserved_seat_goes_to_its_group(desk):
    """The 신중년 with 70 points takes the reserved seat of 세척, before 나리 with 80, who gets her second choice."""
    assert desk.placed() == PLACED
    assert desk.placed(positions=POSITIONS.replace("신중년:1", "")) == {
        "가영": ("세척", 1),
        "나리": ("세척", 1),
        "라희": ("돌봄", 1),
    }


def test_the_officer_reads_what_came_out_and_the_counts_of_the_proof(desk):
    assert desk.match() == 0
    assert "신청자 4명, 직무 2개: 3명을 배치하고 1명은 자리가 없습니다" in desk.out
    assert "우선 배정 자리 1개 가운데 1개" in desk.out
    assert "살펴본" in desk.out and "증명했습니다" in desk.out
    assert "(잘못 아님)" in desk.out
    assert "나리" in desk.out and desk.err.count("청년") == 1  # a note: nothing is reserved for 청년


def test_in_english(desk):
    assert desk.match(lang="en") == 0
    assert "3 are placed, 1 are not" in desk.out and "Proven" in desk.out


def test_json_has_the_promised_keys(desk):
    answer = desk.answer()
    assert (answer["placed"], answer["unplaced"], answer["blocking_pairs"]) == (3, 1, 0)
    assert (answer["first_choice"], answer["mean_rank"]) == (2, pytest.approx(4 / 3))
    assert set(answer["seconds"]) >= {"read", "draw", "place", "audit"}
    assert answer["proof"] == {
        "pairs": 3,
        "empty_seat": 0,
        "fewer_points": 0,
        "reserved_seat": 0,
        "over_quota": 0,
        "by_reserve": 1,
    }


def test_equal_points_go_by_the_published_lottery(desk):
    """Anyone can check a ticket: printf '7:A' | sha256sum."""
    applicants = "applicant,score,choices\n" + "".join(f"{name},50,P\n" for name in "ABCDEF")
    positions = "position,quota\nP,2\n"
    first = desk.placed(applicants, positions, "--seed", "7")
    assert desk.placed(applicants, positions, "--seed", "7") == first
    shuffled = "applicant,score,choices\n" + "".join(f"{name},50,P\n" for name in "FCADBE")
    assert desk.placed(shuffled, positions, "--seed", "7") == first
    assert len({frozenset(desk.placed(applicants, positions, "--seed", str(seed))) for seed in range(8)}) > 1


def test_points_that_differ_by_position_come_from_a_third_file(desk):
    """Where a pair has no row there, the applicant's own score counts."""
    applicants = "applicant,score,choices\nA,50,P;Q\nB,60,P;Q\n"
    positions = "position,quota\nP,1\nQ,1\n"
    assert desk.placed(applicants, positions) == {"A": ("Q", 2), "B": ("P", 1)}
    priorities = "position,applicant,score\nP,A,70.5\n"
    assert desk.placed(applicants, positions, priorities=priorities) == {"A": ("P", 1), "B": ("Q", 2)}


def test_with_points_for_every_choice_no_own_score_is_needed(desk):
    applicants = "applicant,choices\nA,P\nB,P\n"
    priorities = "position,applicant,score\nP,A,1\nP,B,2\n"
    assert desk.placed(applicants, "position,quota\nP,1\n", priorities=priorities) == {"B": ("P", 1)}
    assert desk.match(applicants, "position,quota\nP,1\n", priorities="position,applicant,score\nP,A,1\n") == 2
    assert "신청자 B의 직무 P 점수가 없습니다" in desk.err


def test_decimals_and_minus_points_are_compared_exactly(desk):
    applicants = "applicant,score,choices\nA,-0.1,P\nB,-0.10001,P\nC,-0.3,P\n"
    assert desk.placed(applicants, "position,quota\nP,1\n") == {"A": ("P", 1)}


def test_points_of_a_position_that_was_not_chosen_are_left_with_a_note(desk):
    priorities = "position,applicant,score\n돌봄,다온,99\n"
    assert desk.placed(priorities=priorities) == PLACED
    assert "1행은 쓰지 않습니다" in desk.err


def test_who_names_nothing_is_not_placed_and_noted(desk):
    assert desk.answer("applicant,score,choices\nA,5,\nB,5,P\n", "position,quota\nP,3\n")["unplaced"] == 1
    assert "1명" in desk.err


# Files as people have them


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_every_usual_encoding_is_read(desk, encoding):
    assert desk.placed(APPLICANTS.encode(encoding), POSITIONS.encode(encoding)) == PLACED


@pytest.mark.parametrize("ends", ["\r\n", "\n"])
def test_tabs_semicolons_spaces_and_empty_lines(desk, ends):
    applicants = APPLICANTS.replace(",", "\t").replace("세척;돌봄", " 세척 ; 돌봄; ").replace("\n", ends + ends)
    assert desk.placed(applicants, POSITIONS.replace("신중년:1", " 신중년 ： 1 ; ")) == PLACED


def workbook(text):
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(text)):
        book.active.append([float(cell) if cell.isdecimal() else cell or None for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet(text, **columns_instead):
    rows = list(csv.DictReader(io.StringIO(text)))
    table = {name: [row[name] or None for row in rows] for name in rows[0]} | columns_instead
    out = io.BytesIO()
    pq.write_table(pa.table(table), out)
    return out.getvalue()


def test_workbooks_and_parquet_are_read_like_csv(desk):
    assert desk.placed(workbook(APPLICANTS), workbook(POSITIONS)) == PLACED
    assert desk.placed(parquet(APPLICANTS), parquet(POSITIONS)) == PLACED
    typed = parquet(
        APPLICANTS,
        applicant=pa.array(["가영", "나리", "다온", "라희"]).dictionary_encode(),
        score=[90.0, 80.0, 70.0, 60.0],
        choices=[["세척", "돌봄"], ["세척", "돌봄"], ["세척"], ["돌봄", "세척"]],
    )
    assert desk.placed(typed, parquet(POSITIONS, quota=[2, 1])) == PLACED


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_the_result_is_written_as_asked(desk, ending):
    path = desk.folder / f"result.{ending}"
    assert desk.match(APPLICANTS, POSITIONS, "--out", str(path)) == 0
    if ending == "parquet":
        rows = [tuple(row.values()) for row in pq.read_table(path).to_pylist()]
    elif ending == "xlsx":
        rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))[1:]
    else:
        rows = [(a, p, int(rank)) for a, p, rank in list(csv.reader(path.open(encoding="utf-8")))[1:]]
    assert [(a, p, rank) for a, (p, rank) in PLACED.items()] == rows


def test_ids_with_commas_and_quotes_survive(desk):
    applicants = 'applicant,score,choices\n"김, ""가""",5,"P, 1"\n'
    assert desk.placed(applicants, 'position,quota\n"P, 1",1\n') == {'김, "가"': ("P, 1", 1)}


# What bad input gets


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("나리,80", "나리,많이", "3행, score: 수가 아닙니다: 많이"),
        ("나리,80", "나리,NaN", "3행, score: 수가 아닙니다: NaN"),
        ("나리,80", "나리,inf", "3행, score: 수가 아닙니다: inf"),
        ("나리,80", "나리,", "3행, score: 칸이 비어"),
        ("나리,80", "나리,1e30", "3행, score"),
        ("나리,80", "가영,80", "3행, applicant: 2행에 이미 있습니다: 가영"),
        ("나리,80", ",80", "3행, applicant: 칸이 비어"),
        ("다온,70,세척", "다온,70,세착", "4행, choices: 없는 직무입니다: 세착"),
        ("라희,60,돌봄;세척", "라희,60,돌봄;세척;돌봄", "5행, choices: 같은 직무를 두 번 적었습니다: 돌봄"),
        (",청년", ",청년;신중년", "3행, group: 한 사람은 한 집단"),
        ("score", "scores", "'score'의 오타"),
        ("choices", "희망", "choices: 열이 없습니다"),
        ("group", "score", "둘 이상"),
        (",신중년", ",", "2행, reserved: 이 집단의 신청자가 없습니다"),
    ],
)
def test_a_wrong_cell_of_an_applicant_is_named(desk, old, new, says):
    assert desk.match(APPLICANTS.replace(old, new, 1)) == 2
    assert desk.out == ""
    assert says in desk.err


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("세척,2", "세척,-2", "2행, quota: 0보다 작을 수 없습니다: -2"),
        ("세척,2", "세척,1.5", "2행, quota: 정수여야 합니다: 1.5"),
        ("세척,2", "세척,둘", "2행, quota: 수가 아닙니다: 둘"),
        ("세척,2", "세척,nan", "2행, quota: 수가 아닙니다"),
        ("세척,2", "세척,", "2행, quota: 칸이 비어"),
        ("돌봄,1", "세척,1", "3행, position: 2행에 이미 있습니다: 세척"),
        ("신중년:1", "신중년:3", "2행, reserved: 우선 배정 자리(3)가 모집 인원(2)보다"),
        ("신중년:1", "신중년", "2행, reserved: '집단:자리 수' 꼴"),
        ("신중년:1", "신중년:-1", "2행, reserved: '집단:자리 수' 꼴"),
        ("신중년:1", "신중년:1;신중년:1", "2행, reserved: 같은 집단을 두 번"),
        ("신중년:1", "신중념:1", "'신중년'입니까"),
        ("quota", "정원", "quota: 열이 없습니다"),
    ],
)
def test_a_wrong_cell_of_a_position_is_named(desk, old, new, says):
    assert desk.match(APPLICANTS, POSITIONS.replace(old, new, 1)) == 2
    assert says in desk.err and desk.out == ""


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("없음,가영,5", "2행, position: 없는 직무입니다: 없음"),
        ("세척,누구,5", "2행, applicant: 없는 신청자입니다: 누구"),
        ("세척,가영,x", "2행, score: 수가 아닙니다: x"),
        ("세척,가영,", "2행, score: 칸이 비어"),
        (",가영,1", "2행, position: 칸이 비어"),
        ("세척,가영,1\n세척,가영,1", "3행, applicant: 이 신청자와 직무의 점수가 앞에 이미"),
    ],
)
def test_a_wrong_row_of_priorities_is_named(desk, row, says):
    assert desk.match(priorities=f"position,applicant,score\n{row}\n") == 2
    assert says in desk.err


def test_reserved_seats_without_a_column_of_groups(desk):
    assert desk.match("applicant,score,choices\nA,5,세척\n") == 2
    assert "group 열이 없습니다" in desk.err


def test_all_faults_of_all_files_are_said_at_once_and_twenty_of_many(desk):
    applicants = "applicant,score,choices\n" + "".join(f"A{k},x,없음\n" for k in range(700))
    assert desk.match(applicants, "position,quota\nP,-1\n", priorities="position,applicant,score\nP,A1,y\n") == 2
    assert "고칠 곳이 700곳" in desk.err  # unknown positions cannot be told while POSITIONS is wrong
    assert "그 밖에 680곳" in desk.err and "2행, quota" in desk.err and desk.err.count("수가 아닙니다") == 21
    assert desk.match(applicants, "position,quota\nP,1\n") == 2
    assert "고칠 곳이 1400곳" in desk.err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "비어"),
        (b" \n\n", "비어"),
        (b"applicant,score,choices,group\n", "내용이 없습니다"),
        (b"PK\x03\x04 no zip", "손상"),
        (b"PAR1 no parquet", "Parquet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"),
        (b'applicant,score,choices\n"open', "따옴표"),
        (b"applicant,score,choices\nA,5,\xff\xff\n", "2행: 글자를 읽을 수 없습니다"),
        ("applicant,score,choices\n가,5,세척\n".encode() + "나,5,세\n".encode("cp949") + b"\xff", "글자를 읽을 수"),
    ],
)
def test_what_is_no_table_is_refused(desk, content, says):
    assert desk.match(content) == 2
    assert says in desk.err and desk.out == ""


def test_a_formula_without_its_result_is_named(desk):
    assert desk.match(workbook(APPLICANTS.replace("90", "=1+1"))) == 2
    assert "2행, score" in desk.err and "수식" in desk.err


@pytest.mark.parametrize("which", [0, 1, 3])
def test_a_file_that_is_not_there(desk, which):
    words = [desk.save("a.csv", APPLICANTS), desk.save("p.csv", POSITIONS), "--priorities"]
    words.append(desk.save("s.csv", "position,applicant,score\n"))
    words[which] = str(desk.folder / "없음")
    assert main(["match", *words, "--lang", "ko"]) == 2
    assert "파일이 없습니다" in desk.capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "says"),
    [("x.txt", ".parquet"), ("no/x.csv", "쓸 수 없습니다"), ("applicants.csv", "입력 파일과 같습니다")],
)
def test_an_out_file_that_cannot_be_is_said_before_the_work(desk, name, says):
    assert desk.match(APPLICANTS, POSITIONS, "--out", str(desk.folder / name)) == 2
    assert says in desk.err and desk.out == ""


def test_a_seed_below_zero_is_refused(desk):
    assert desk.match(APPLICANTS, POSITIONS, "--seed", "-1") == 2
    assert "--seed" in desk.err


# Long files are read in another way, with the same answer


def a_long_market(n=1500, m=60):
    chance = np.random.default_rng(4)
    applicants = ["applicant,score,choices,group"]
    priorities = ["position,applicant,score"]
    for a in range(n):
        liked = chance.permutation(m)[: 1 + a % 6]
        group = ("", "청년", "신중년")[a % 3]
        applicants.append(f"신청{a},{chance.integers(0, 40) / 2},{';'.join(f'직무{p}' for p in liked)},{group}")
        priorities += [f"직무{p},신청{a},{chance.integers(0, 30)}" for p in liked if chance.random() < 0.7]
    positions = ["position,quota,reserved"]
    positions += [f"직무{p},{5 + p % 30},{'청년:2;신중년:1' if p % 4 else ''}" for p in range(m)]
    return ["\n".join(rows) + "\n" for rows in (applicants, positions, priorities)]


@pytest.fixture
def long_files(monkeypatch):
    monkeypatch.setattr(columns, "LONG", 0)
    monkeypatch.setattr(columns, "PIECE_BYTES", 4096)
    monkeypatch.setattr(compiled, "SMALL", -1)


def test_long_files_give_the_same(desk, long_files, monkeypatch):
    applicants, positions, priorities = a_long_market()
    quick = desk.placed(applicants, positions, priorities=priorities)
    monkeypatch.undo()
    assert desk.placed(applicants, positions, priorities=priorities) == quick
    assert len(quick) > 700


@pytest.mark.parametrize(
    ("which", "old", "new", "says"),
    [
        (0, "\n신청700,", "\n신청7,", "702행, applicant: 9행에 이미"),
        (0, "\n신청700,", "\n\n신청700,x", "703행, score"),
        (0, "신청700", '"신청\n700"', ""),
        (0, "\n신청700,", "\n ,", "702행, applicant: 칸이 비어"),
        (0, "직무3;", " 직무3 ;", ""),
        (1, "직무7,", "직무8,", "10행, position: 9행에 이미"),
        (2, "직무7,", "직무777,", "없는 직무입니다: 직무777"),
        (2, "\n", "\n,,\n", ""),
    ],
)
def test_long_files_with_faults_name_the_rows_too(desk, long_files, which, old, new, says):
    files = a_long_market()
    files[which] = files[which].replace(old, new, 1)
    code = desk.match(files[0], files[1], priorities=files[2])
    if "\n700" in new:  # an id with a line in it is read, and then the other file does not know it
        says = "applicant: 없는 신청자입니다: 신청700"
    assert code == (2 if says else 0)
    assert says in desk.err


mangled = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
KINDS = [APPLICANTS.encode(), APPLICANTS.encode("cp949"), workbook(APPLICANTS), parquet(APPLICANTS)]


@mangled
@given(st.data())
def test_no_file_however_mangled_makes_it_fall_over(desk, data):
    """Bytes cut out, put in and doubled anywhere in either file: an answer or named faults, never a traceback."""
    files = [data.draw(st.sampled_from(KINDS)), POSITIONS.encode()]
    for k in range(2):
        for _ in range(data.draw(st.integers(0, 3))):
            place = data.draw(st.integers(0, len(files[k])))
            cut = data.draw(st.integers(0, 20))
            piece = data.draw(
                st.binary(max_size=6) | st.sampled_from([b"\x00", b'"', b"\n", b"=", "년".encode(), b"e9", b";", b":"])
            )
            files[k] = files[k][:place] + piece + files[k][place + cut :]
    assert desk.match(*files) in (0, 2)


# The program as it is installed


def test_the_example_of_the_documentation_works_and_stdout_is_pure_json():
    examples = ROOT / "docs" / "examples"
    code = "import sys; from sanghyeop.cli import main; sys.exit(main())"
    words = ["match", str(examples / "applicants.csv"), str(examples / "positions.csv"), "--json", "--seed", "2026"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "LANG": "ko_KR.UTF-8", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, env=environment, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["blocking_pairs"] == 0


def test_the_command_needs_no_arrays_to_start_and_no_compiler_for_everyday_files(desk):
    code = "import sys, sanghyeop.cli as c\ntry: c.main(['--help'])\nexcept SystemExit: pass\n"
    code += "print(sorted(m for m in ('django', 'numpy', 'pyarrow', 'numba') if m in sys.modules), file=sys.stderr)\n"
    code += "c.main(['match', *sys.argv[1:]])\nprint('numba' in sys.modules, file=sys.stderr)"
    words = [desk.save("a.csv", APPLICANTS), desk.save("p.csv", POSITIONS)]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.stderr.splitlines()[0] == "[]" and done.stderr.splitlines()[-1] == "False"
