"""The database itself refuses to change what a receipt in force stands for.

The tables of a plan's content cannot be written while the plan has a receipt that is not withdrawn, nor can the
plan's own facts. A receipt's number, content and hash cannot be changed at all.
"""

from django.db import migrations

PARTS = ("section", "position", "budgetline", "monthforecast")
FACTS = (
    "title", "summary", "years", "kind", "field_id", "organisation_id", "district_id", "round_id", "idea_id", "continues_id",
)
MESSAGE = "a submitted plan is frozen"

POSTGRES = f"""
CREATE FUNCTION planning_part_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM planning_receipt WHERE withdrawn_at IS NULL AND plan_id = CASE TG_OP WHEN 'DELETE' THEN OLD.plan_id ELSE NEW.plan_id END)
  THEN RAISE EXCEPTION '{MESSAGE}'; END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION planning_plan_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF ({", ".join(f"OLD.{c}" for c in FACTS)}) IS DISTINCT FROM ({", ".join(f"NEW.{c}" for c in FACTS)})
     AND EXISTS (SELECT 1 FROM planning_receipt WHERE withdrawn_at IS NULL AND plan_id = OLD.id)
  THEN RAISE EXCEPTION '{MESSAGE}'; END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION planning_receipt_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.number, OLD.content_hash, OLD.content::text, OLD.plan_id) IS DISTINCT FROM (NEW.number, NEW.content_hash, NEW.content::text, NEW.plan_id)
  THEN RAISE EXCEPTION 'a receipt is never changed'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER planning_plan_frozen BEFORE UPDATE ON planning_plan FOR EACH ROW EXECUTE FUNCTION planning_plan_is_frozen();
CREATE TRIGGER planning_receipt_frozen BEFORE UPDATE ON planning_receipt FOR EACH ROW EXECUTE FUNCTION planning_receipt_is_frozen();
""" + "".join(
    f"CREATE TRIGGER planning_{part}_frozen BEFORE INSERT OR UPDATE OR DELETE ON planning_{part} "
    "FOR EACH ROW EXECUTE FUNCTION planning_part_is_frozen();\n"
    for part in PARTS
)


def sqlite():
    for part in PARTS:
        for what, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            yield (
                f"CREATE TRIGGER planning_{part}_frozen_{what.lower()} BEFORE {what} ON planning_{part} WHEN EXISTS "
                f"(SELECT 1 FROM planning_receipt WHERE withdrawn_at IS NULL AND plan_id = {row}.plan_id) "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )
    changed = " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in FACTS)
    yield (
        f"CREATE TRIGGER planning_plan_frozen BEFORE UPDATE ON planning_plan WHEN ({changed}) AND EXISTS "
        "(SELECT 1 FROM planning_receipt WHERE withdrawn_at IS NULL AND plan_id = OLD.id) "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )
    kept = " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in ("number", "content_hash", "content", "plan_id"))
    yield (
        f"CREATE TRIGGER planning_receipt_frozen BEFORE UPDATE ON planning_receipt WHEN {kept} "
        "BEGIN SELECT RAISE(ABORT, 'a receipt is never changed'); END"
    )


def freeze(apps, schema_editor):
    for statement in [POSTGRES] if schema_editor.connection.vendor == "postgresql" else sqlite():
        schema_editor.execute(statement)


def thaw(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in ("part", "plan", "receipt"):
            schema_editor.execute(f"DROP FUNCTION planning_{name}_is_frozen CASCADE")
        return
    for part in PARTS:
        for what in ("insert", "update", "delete"):
            schema_editor.execute(f"DROP TRIGGER planning_{part}_frozen_{what}")
    schema_editor.execute("DROP TRIGGER planning_plan_frozen")
    schema_editor.execute("DROP TRIGGER planning_receipt_frozen")


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial")]
    operations = [migrations.RunPython(freeze, thaw)]
