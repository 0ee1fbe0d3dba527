"""The database itself keeps what two officers have locked.

While a decision is proposed, its lines may change. From then on no line is added, taken away or changed, and the
decision's own facts stay as they are; it never becomes a proposal again. What publishing adds to a line (letters,
project) is written once.
"""

from django.db import migrations

LINE = (
    "decision_id", "plan_id", "selected", "score", "rank", "waiting", "jobs", "city_krw", "district_krw", "reason",
)
DECISION = (
    "round_id", "scenario_id", "letter_rank", "letter_comments", "note", "first_officer_id", "first_at",
    "second_officer_id", "second_at",
)
MESSAGE = "a locked decision is frozen"

POSTGRES = f"""
CREATE FUNCTION selection_line_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND ({", ".join(f"OLD.{c}" for c in LINE)}) IS NOT DISTINCT FROM ({", ".join(f"NEW.{c}" for c in LINE)})
     AND OLD.letter IN ('', NEW.letter) AND OLD.letter_en IN ('', NEW.letter_en)
     AND (OLD.project_id IS NULL OR OLD.project_id IS NOT DISTINCT FROM NEW.project_id)
  THEN RETURN NEW; END IF;
  IF TG_OP <> 'INSERT' AND EXISTS (SELECT 1 FROM selection_decision WHERE state <> 'proposed' AND id = OLD.decision_id)
  THEN RAISE EXCEPTION '{MESSAGE}'; END IF;
  IF TG_OP <> 'DELETE' AND EXISTS (SELECT 1 FROM selection_decision WHERE state <> 'proposed' AND id = NEW.decision_id)
  THEN RAISE EXCEPTION '{MESSAGE}'; END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION selection_decision_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN RAISE EXCEPTION '{MESSAGE}'; END IF;
  IF NEW.state = 'proposed'
     OR ({", ".join(f"OLD.{c}" for c in DECISION)}) IS DISTINCT FROM ({", ".join(f"NEW.{c}" for c in DECISION)})
  THEN RAISE EXCEPTION '{MESSAGE}'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER selection_line_frozen BEFORE INSERT OR UPDATE OR DELETE ON selection_line
  FOR EACH ROW EXECUTE FUNCTION selection_line_is_frozen();
CREATE TRIGGER selection_decision_frozen BEFORE UPDATE OR DELETE ON selection_decision
  FOR EACH ROW WHEN (OLD.state <> 'proposed') EXECUTE FUNCTION selection_decision_is_frozen();
"""


def sqlite():
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"

    def locked(row):
        return f"EXISTS (SELECT 1 FROM selection_decision WHERE state <> 'proposed' AND id = {row}.decision_id)"

    def changed(columns):
        return " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in columns)

    written_over = " OR ".join(
        [
            *(f"(OLD.{c} <> '' AND OLD.{c} <> NEW.{c})" for c in ("letter", "letter_en")),
            "(OLD.project_id IS NOT NULL AND OLD.project_id IS NOT NEW.project_id)",
        ]
    )
    yield f"CREATE TRIGGER selection_line_frozen_insert BEFORE INSERT ON selection_line WHEN {locked('NEW')} {refuse}"
    yield f"CREATE TRIGGER selection_line_frozen_delete BEFORE DELETE ON selection_line WHEN {locked('OLD')} {refuse}"
    yield (
        "CREATE TRIGGER selection_line_frozen_update BEFORE UPDATE ON selection_line "
        f"WHEN ({locked('OLD')} OR {locked('NEW')}) AND ({changed(LINE)} OR {written_over}) {refuse}"
    )
    yield (
        "CREATE TRIGGER selection_decision_frozen_update BEFORE UPDATE ON selection_decision "
        f"WHEN OLD.state <> 'proposed' AND (NEW.state = 'proposed' OR {changed(DECISION)}) {refuse}"
    )
    yield (
        "CREATE TRIGGER selection_decision_frozen_delete BEFORE DELETE ON selection_decision "
        f"WHEN OLD.state <> 'proposed' {refuse}"
    )


def freeze(apps, schema_editor):
    for statement in [POSTGRES] if schema_editor.connection.vendor == "postgresql" else sqlite():
        schema_editor.execute(statement)


def thaw(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in ("line", "decision"):
            schema_editor.execute(f"DROP FUNCTION selection_{name}_is_frozen CASCADE")
        return
    for name in ("line_frozen_insert", "line_frozen_delete", "line_frozen_update"):
        schema_editor.execute(f"DROP TRIGGER selection_{name}")
    for name in ("decision_frozen_update", "decision_frozen_delete"):
        schema_editor.execute(f"DROP TRIGGER selection_{name}")


class Migration(migrations.Migration):
    dependencies = [("selection", "0001_initial")]
    operations = [migrations.RunPython(freeze, thaw)]
