"""The database itself keeps the books: append-only, balanced, in one chain, closed months closed.

Lines are written before their entry (its key is known, and the reference is checked at commit). When the entry comes
the database adds its lines up and refuses a sum that is not zero; a line that comes after its entry is refused. So an
entry exists whole and balanced or not at all, on SQLite as on PostgreSQL.
"""

from django.db import migrations

KEPT = ("entry", "line", "measure", "monthclose")
CHAINS = ("entry", "measure")


def refusals(date, month_end):
    """(name, table, condition under which an INSERT is refused, what is said)."""
    yield (
        "line_after_entry",
        "line",
        "EXISTS (SELECT 1 FROM ledger_entry e WHERE e.id = NEW.entry_id)",
        "the entry of this line is written already",
    )
    yield (
        "entry_balances",
        "entry",
        "(SELECT COUNT(*) FROM ledger_line l WHERE l.entry_id = NEW.id) < 2 OR "
        "(SELECT SUM(l.amount_krw) FROM ledger_line l WHERE l.entry_id = NEW.id) <> 0",
        "an entry has two lines or more and balances",
    )
    yield (
        "entry_in_open_month",
        "entry",
        f"EXISTS (SELECT 1 FROM ledger_monthclose c WHERE c.book_id = NEW.book_id AND {date} < {month_end})",
        "the month is closed",
    )
    yield (
        "close_goes_on",
        "monthclose",
        "EXISTS (SELECT 1 FROM ledger_monthclose c WHERE c.book_id = NEW.book_id AND c.month >= NEW.month)",
        "the month is closed",
    )
    for table in CHAINS:
        last = f"(SELECT r.{{}} FROM ledger_{table} r WHERE r.book_id = NEW.book_id ORDER BY r.number DESC LIMIT 1)"
        yield (
            f"{table}_follows",
            table,
            f"NEW.number <> COALESCE({last.format('number')}, 0) + 1 OR "
            f"NEW.previous_hash <> COALESCE({last.format('hash')}, '')",
            "the record does not follow the one before it",
        )


def postgres():
    yield (
        "CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'the books are append-only'; END $$"
    )
    for table in KEPT:
        yield (
            f"CREATE TRIGGER ledger_{table}_append_only BEFORE UPDATE OR DELETE ON ledger_{table} "
            "FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()"
        )
    for name, table, condition, said in refusals("NEW.date", "(c.month + INTERVAL '1 month')"):
        yield (
            f"CREATE FUNCTION ledger_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {condition} THEN RAISE EXCEPTION '{said}'; END IF; RETURN NEW; END $$"
        )
        yield (
            f"CREATE TRIGGER ledger_{name} BEFORE INSERT ON ledger_{table} "
            f"FOR EACH ROW EXECUTE FUNCTION ledger_{name}()"
        )


def sqlite():
    for table in KEPT:
        for what in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER ledger_{table}_no_{what.lower()} BEFORE {what} ON ledger_{table} "
                "BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END"
            )
    for name, table, condition, said in refusals("NEW.date", "date(c.month, '+1 month')"):
        yield (
            f"CREATE TRIGGER ledger_{name} BEFORE INSERT ON ledger_{table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )


def keep(apps, schema_editor):
    for statement in postgres() if schema_editor.connection.vendor == "postgresql" else sqlite():
        schema_editor.execute(statement, params=None)


def leave(apps, schema_editor):
    names = [(name, table) for name, table, _, _ in refusals("", "")]
    if schema_editor.connection.vendor == "postgresql":
        for name in ["is_append_only", *(name for name, _ in names)]:
            schema_editor.execute(f"DROP FUNCTION ledger_{name} CASCADE")
        return
    for table in KEPT:
        for what in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER ledger_{table}_no_{what}")
    for name, _table in names:
        schema_editor.execute(f"DROP TRIGGER ledger_{name}")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(keep, leave)]
