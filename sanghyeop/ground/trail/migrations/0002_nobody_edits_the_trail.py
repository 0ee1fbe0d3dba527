"""The database itself refuses to change or delete what the trail says."""

from django.db import migrations

POSTGRES = """
CREATE FUNCTION trail_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$;
CREATE TRIGGER trail_entry_append_only BEFORE UPDATE OR DELETE ON trail_entry
FOR EACH ROW EXECUTE FUNCTION trail_is_append_only();
"""
SQLITE = [
    f"CREATE TRIGGER trail_entry_no_{what.lower()} BEFORE {what} ON trail_entry "
    "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
    for what in ("UPDATE", "DELETE")
]


def protect(apps, schema_editor):
    statements = [POSTGRES] if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement)


def unprotect(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION trail_is_append_only CASCADE")
        return
    for what in ("update", "delete"):
        schema_editor.execute(f"DROP TRIGGER trail_entry_no_{what}")


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]
    operations = [migrations.RunPython(protect, unprotect)]
