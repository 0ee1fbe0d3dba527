"""Tables in and out: a bank's and a card company's file, the state's system, the auditor's ZIP."""

from __future__ import annotations

import csv
import io
import zipfile
from time import process_time

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from sanghyeop.ground.trail.moves import Refused
from sanghyeop.programme.spending import exporting, importing, moves
from sanghyeop.programme.spending.models import Expense, ExportColumn, Import
from tests.funding import DAY, a_paid_grant, city_officer, district_officer, member
from tests.spending import a_paper, approved, entered, line

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
TODAY = timezone.localdate()


def on(days_ago: int) -> str:
    return (TODAY - days_ago * DAY).strftime("%Y.%m.%d")


def card_file(*rows: str, head: str = "이용일자,가맹점명,이용금액(원),승인번호,가맹점 사업자번호,취소여부") -> bytes:
    return "\n".join([head, *rows]).encode()


BANK = f"""예금거래내역조회,,,,
계좌번호,123-456,,,
거래일시,출금액(원),입금액(원),받는분,적요
{on(9)} 13:05:22,"55,000",0,모아상회,컵
{on(8)} 09:00:00,0,"1,000,000",서울시,교부금
{on(7)} 18:40:01,"12,300",0,둘리문구,펜
합계,"67,300","1,000,000",,
"""


def read(data: bytes, grant=None, evidence: str = "card") -> importing.Sheet:
    grant = grant or a_paid_grant()
    return importing.read_sheet(data, grant, line(grant), evidence)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_a_banks_table_is_read_with_its_title_deposits_and_sum(encoding):
    data = BANK.encode(encoding)
    sheet = read(data, evidence="other")
    assert (len(sheet.rows), sheet.skipped, sheet.faulty, sheet.total) == (2, 2, [], 67_300)
    assert sheet.columns["amount_krw"] == "출금액(원)"
    assert sheet.rows[0].facts["payee"] == "모아상회"
    assert sheet.rows[0].facts["purpose"] == "컵"
    assert sheet.rows[0].number == 4


def test_an_xlsx_of_a_card_company():
    book = openpyxl.Workbook()
    book.active.append(["승인일자", "가맹점명", "승인금액", "승인번호", "세목"])
    book.active.append([TODAY - 5 * DAY, "모아상회", 33_000.0, 30012345, "홍보비"])
    out = io.BytesIO()
    book.save(out)
    sheet = read(out.getvalue())
    assert sheet.faulty == []
    facts = sheet.rows[0].facts
    assert (facts["paid_on"], facts["amount_krw"], facts["evidence_number"]) == (TODAY - 5 * DAY, 33_000, "30012345")
    assert facts["line"].item == "홍보비"


FAULTY = {
    f"{on(5)},모아상회,-5000,1,,": "마이너스",
    f"{on(5)},모아상회,1.5,1,,": "소수",
    f"{on(5)},모아상회,,1,,": "금액을 적어",
    "2031.03.01,모아상회,5000,1,,": "오지 않은",
    "2026.02.29,모아상회,5000,1,,": "달력에 없는",
    f"{on(150)},모아상회,5000,1,,": "사업 기간",
    f"{on(5)},모아상회,5000,1,1234567890,": "사업자등록번호",
    f"{on(5)},모아상회,5000,1,,취소": "취소한 거래",
    f"{on(5)},,5000,1,,": "받는 곳",
    f"{on(5)},최모아,5000,1,,": "이해관계",
    f"{on(5)},모아상회,30000001,1,,": "모자랍니다",
}


@pytest.mark.parametrize(("row", "said"), FAULTY.items(), ids=FAULTY.values())
def test_each_fault_is_said_by_its_row_and_nothing_is_taken_over(row, said):
    sheet = read(card_file(f"{on(6)},둘리문구,1000,2,,", row))
    [faulty] = sheet.faulty
    assert faulty.number == 3
    assert said in " ".join(faulty.faults)


def test_rows_are_measured_together_and_against_what_is_there():
    grant = a_paid_grant()
    entered(grant, 7_000, payee="옛가게", days_ago=5, evidence_number="9")
    rows = [f"{on(4)},가게{n},11000000,1{n},," for n in range(3)]
    rows += [f"{on(4)},가게0,11000000,10,,", f"{on(5)},(주)옛가게,7000,,,", f"{on(4)},다른곳,5,9,,"]
    sheet = read(card_file(*rows), grant)
    assert [row.number for row in sheet.faulty] == [4, 5, 6, 7]
    assert "남은 돈 30,000,000원을 넘습니다" in sheet.rows[2].faults[0]
    assert "증빙 번호가 같습니다" in sheet.rows[3].faults[-1]
    assert sheet.rows[4].doubts
    assert "이미 적은" in " ".join(sheet.rows[5].faults)


NO_TABLES = {
    "빈 파일": b"",
    "XLS": b"\xd0\xcf\x11\xe0 old",
    "깨졌": b"PK broken",
    "찾지 못했습니다": "이름,나이\n가,3".encode(),
}


@pytest.mark.parametrize(("said", "data"), NO_TABLES.items(), ids=NO_TABLES)
def test_what_is_no_such_table_says_so(data, said):
    assert said in read(data).problem


def test_from_the_file_to_payments_all_or_nothing_and_once(client, django_assert_max_num_queries):
    grant = a_paid_grant()
    client.force_login(member())
    page = f"/spending/{grant.pk}/import/"
    data = card_file(*(f"{on(5)},가게 {n},{1000 + n},{n},," for n in range(120))).decode().encode("cp949")

    def upload():
        file = SimpleUploadedFile("카드.csv", data, "text/csv")
        return client.post(page, {"sheet": file, "line": line(grant).pk, "evidence": "card"})

    preview = upload()["Location"]
    with django_assert_max_num_queries(10):
        shown = client.get(preview).content.decode()
    assert "120건 모두 불러오기" in shown
    assert not Expense.objects.exists()
    assert client.post(preview).status_code == 302
    assert Expense.objects.filter(state="entered").count() == 120
    assert list(Expense.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 121))
    assert client.post(preview).status_code == 409
    assert "이미 불러온 파일" in upload().content.decode()
    assert Import.objects.get().rows == 120


def test_five_thousand_rows_are_looked_at_and_taken_over_while_one_waits(client, django_assert_max_num_queries):
    grant = a_paid_grant()
    client.force_login(member())
    rows = (f"{on(5 + n % 60)},가게 {n},{1000 + n},{n},," for n in range(5_000))
    file = SimpleUploadedFile("카드.csv", card_file(*rows), "text/csv")
    said = {"sheet": file, "line": line(grant).pk, "evidence": "card"}
    preview = client.post(f"/spending/{grant.pk}/import/", said)["Location"]
    began = process_time()
    with django_assert_max_num_queries(10):
        assert client.get(preview).status_code == 200
    assert client.post(preview).status_code == 302
    assert process_time() - began < 4  # in seconds; it is about 1.5 where this was written
    assert Expense.objects.count() == 5_000


def test_doubts_have_to_be_confirmed():
    from sanghyeop.ground.files.moves import keep

    grant = a_paid_grant()
    data = card_file(f"{on(5)},모아상회,1000,1,,", f"{on(5)},모아상회,1000,2,,")
    stored = keep(member(), "spreadsheet", "a.csv", data, "text/csv")
    with pytest.raises(Refused, match="확인하고"):
        importing.take_over(member(), grant, stored, line(grant), "card")
    assert importing.take_over(member(), grant, stored, line(grant), "card", sure=True).rows == 2
    assert Expense.objects.get(number=2).twice_why


def test_the_export_has_the_columns_that_the_city_sets(client):
    grant = a_paid_grant()
    approved(grant, 30_001, purpose="=1+1", payee="세종똠방")
    heads, rows = exporting.table_of(grant)
    assert heads[:3] == ["사업연도", "보조사업명", "집행일자"]
    row = dict(zip(heads, rows[0], strict=True))
    assert (row["집행금액"], row["보조금"], row["자부담"]) == (30_001, 30_001, 0)
    client.force_login(city_officer())
    assert client.get("/spending/columns/").status_code == 200
    ExportColumn.objects.all().delete()
    ExportColumn.objects.create(city_id=grant.project.round.city_id, order=2, heading="돈", field="amount")
    ExportColumn.objects.create(city_id=grant.project.round.city_id, order=1, heading="용도", field="purpose")
    client.force_login(member())
    for how, encoding in (("csv", "utf-8-sig"), ("cp949", "cp949")):
        text = client.get(f"/spending/{grant.pk}/export/?as={how}").content.decode(encoding)
        assert list(csv.reader(io.StringIO(text))) == [["용도", "돈"], ["'=1+1", "30001"]]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/spending/{grant.pk}/export/").content))
    assert [cell.value for cell in book.active[1]] == ["용도", "돈"]


def test_the_auditors_file_holds_every_receipt_by_number():
    grant = a_paid_grant()
    one = approved(grant, 10_000, papers=[a_paper(), a_paper()])
    approved(grant, 20_000)
    entered(grant)
    moves.cancel(district_officer(), approved(grant, 5_000), "반품")
    package = zipfile.ZipFile(io.BytesIO(b"".join(exporting.audit_zip(grant))))
    assert package.testzip() is None
    names = package.namelist()
    assert len(names) == 4
    assert names[1].startswith(f"0001-1_{one.paid_on:%Y%m%d}_가게")
    with one.receipts.first().file.content.open("rb") as file:
        assert package.read(names[1]) == file.read()
    index = openpyxl.load_workbook(io.BytesIO(package.read(names[0]))).active
    assert index.max_row == 3


def test_a_city_officer_sets_what_evidence_a_round_takes(client):
    grant = a_paid_grant()
    client.force_login(city_officer())
    page = f"/spending/evidence/{grant.project.round_id}/"
    assert client.get(page).status_code == 200
    said = {"takes_operating": ["tax_invoice", "card"], "takes_personnel": ["payroll"], "without_paper": ["card"]}
    assert client.post(page, said).status_code == 302
    assert moves.send(member(), entered(grant, papers=[])).state == "sent"
    with pytest.raises(moves.Faulty, match="쓸 수 없는 증빙"):
        entered(grant, evidence="cash_receipt")
