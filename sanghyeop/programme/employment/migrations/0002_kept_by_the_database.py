"""The database itself refuses overlapping contracts of one person, and any change of a closed month's pay."""

from django.db import migrations

OVERLAP = "contracts of one person overlap"
CLOSED = "the pay of a closed month is never changed"
STANDING = "('offered', 'signed')"
CLASH = """SELECT 1 FROM employment_contract WHERE person_id = NEW.person_id AND id <> NEW.id
  AND state IN {standing} AND starts_on <= NEW.ends_on AND ends_on >= NEW.starts_on""".format(standing=STANDING)
#: Table → the condition under which a row of it belongs to a closed month, with ROW for OLD or NEW.
FROZEN = {
    "payslip": "EXISTS (SELECT 1 FROM employment_wagemonth m WHERE m.id = ROW.month_id AND m.state = 'closed')",
    "payline": "EXISTS (SELECT 1 FROM employment_payslip p JOIN employment_wagemonth m ON m.id = p.month_id "
    "WHERE p.id = ROW.payslip_id AND m.state = 'closed')",
}

POSTGRES = f"""
CREATE FUNCTION employment_no_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('employment_contract'), hashtext(NEW.person_id::text));
  IF NEW.state IN {STANDING} AND EXISTS ({CLASH}) THEN RAISE EXCEPTION '{OVERLAP}' USING ERRCODE = '23P01'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER employment_contract_overlap BEFORE INSERT OR UPDATE ON employment_contract
FOR EACH ROW EXECUTE FUNCTION employment_no_overlap();
CREATE FUNCTION employment_month_is_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'closed' THEN RAISE EXCEPTION '{CLOSED}'; END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER employment_wagemonth_frozen BEFORE UPDATE OR DELETE ON employment_wagemonth
FOR EACH ROW EXECUTE FUNCTION employment_month_is_closed();
""" + "".join(
    f"""
CREATE FUNCTION employment_{table}_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN IF {closed.replace("ROW", "OLD")} THEN RAISE EXCEPTION '{CLOSED}'; END IF; END IF;
  IF TG_OP <> 'DELETE' THEN IF {closed.replace("ROW", "NEW")} THEN RAISE EXCEPTION '{CLOSED}'; END IF; END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER employment_{table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON employment_{table}
FOR EACH ROW EXECUTE FUNCTION employment_{table}_is_frozen();
"""
    for table, closed in FROZEN.items()
)


def sqlite():
    for what in ("INSERT", "UPDATE"):
        # A row that is being inserted has no number yet.
        clash = CLASH.replace("id <> NEW.id", "id IS NOT NEW.id")
        yield (
            f"CREATE TRIGGER employment_contract_overlap_{what.lower()} BEFORE {what} ON employment_contract "
            f"WHEN NEW.state IN {STANDING} AND EXISTS ({clash}) BEGIN SELECT RAISE(ABORT, '{OVERLAP}'); END"
        )
    for what in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER employment_wagemonth_frozen_{what.lower()} BEFORE {what} ON employment_wagemonth "
            f"WHEN OLD.state = 'closed' BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"
        )
    for table, closed in FROZEN.items():
        for what, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            when = " OR ".join(closed.replace("ROW", row) for row in rows)
            yield (
                f"CREATE TRIGGER employment_{table}_frozen_{what.lower()} BEFORE {what} ON employment_{table} "
                f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"
            )


def keep(apps, schema_editor):
    for statement in [POSTGRES] if schema_editor.connection.vendor == "postgresql" else sqlite():
        schema_editor.execute(statement)


def let_go(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in ("no_overlap", "month_is_closed", "payslip_is_frozen", "payline_is_frozen"):
            schema_editor.execute(f"DROP FUNCTION employment_{name} CASCADE")
        return
    for statement in sqlite():
        schema_editor.execute(f"DROP TRIGGER {statement.split()[2]}")


class Migration(migrations.Migration):
    dependencies = [("employment", "0001_initial")]
    operations = [migrations.RunPython(keep, let_go)]
