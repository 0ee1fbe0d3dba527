"""The database itself keeps a confirmed settlement: nothing that it rests on is added, changed or deleted.

Payments and their receipts, income, disallowances, the budget, instalments and the grant stand still; the books of the
grant take no entry but refunds. A later migration that remakes one of these tables on SQLite has to put its triggers
back.
"""

from django.db import migrations

CONFIRMED = "EXISTS (SELECT 1 FROM spending_settlement s WHERE s.grant_id = {grant} AND s.state = 'confirmed')"
OF_LINE = "(SELECT b.grant_id FROM funding_budgetline b WHERE b.id = {row}.line_id)"
OF_INSTALMENT = "(SELECT i.grant_id FROM funding_instalment i WHERE i.id = {row}.instalment_id)"
OF_EXPENSE = "(SELECT e.grant_id FROM spending_expense e WHERE e.id = {row}.expense_id)"
#: Table → the grant that a row belongs to.
STILL = {
    "spending_expense": "{row}.grant_id",
    "spending_receipt": OF_EXPENSE,
    "spending_income": "{row}.grant_id",
    "spending_import": "{row}.grant_id",
    "spending_disallowance": OF_EXPENSE,
    "funding_budgetline": "{row}.grant_id",
    "funding_allotment": OF_LINE,
    "funding_instalment": "{row}.grant_id",
    "funding_instalmentshare": OF_INSTALMENT,
    "funding_grant": "{row}.id",
}
SAID = "the settlement of this grant is confirmed"


def rules():
    """(name, table, act, condition under which it is refused)."""
    for table, grant in STILL.items():
        for act, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            yield f"settled_{table}_{act.lower()}", table, act, CONFIRMED.format(grant=grant.format(row=row))
    for act in ("UPDATE", "DELETE"):
        yield f"settled_settlement_{act.lower()}", "spending_settlement", act, "OLD.state = 'confirmed'"
        yield f"refund_no_{act.lower()}", "spending_refund", act, "TRUE"
    grant = "(SELECT g.id FROM funding_grant g WHERE g.book_id = NEW.book_id)"
    yield (
        "settled_books",
        "ledger_entry",
        "INSERT",
        f"NEW.event NOT LIKE 'spending.refunded%' AND {CONFIRMED.format(grant=grant)}",
    )


def keep(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    for name, table, act, condition in rules():
        if postgres:
            back = "OLD" if act == "DELETE" else "NEW"
            schema_editor.execute(
                f"CREATE FUNCTION spending_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN IF {condition} THEN RAISE EXCEPTION '{SAID}'; END IF; RETURN {back}; END $$",
                params=None,
            )
            how = f"FOR EACH ROW EXECUTE FUNCTION spending_{name}()"
        else:
            how = f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
        schema_editor.execute(f"CREATE TRIGGER spending_{name} BEFORE {act} ON {table} {how}", params=None)


def leave(apps, schema_editor):
    for name, _table, _act, _condition in rules():
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION spending_{name} CASCADE")
        else:
            schema_editor.execute(f"DROP TRIGGER spending_{name}")


class Migration(migrations.Migration):
    dependencies = [("spending", "0001_initial"), ("ledger", "0002_kept_by_the_database")]
    operations = [migrations.RunPython(keep, leave)]
