"""Store the names of accounts in the form in which the sign-in page reads them."""

import unicodedata

from django.db import migrations


def normalise(apps, schema_editor):
    User = apps.get_model("auth", "User")
    for user in User.objects.all():
        name = unicodedata.normalize("NFKC", user.username)
        if name != user.username and not User.objects.filter(username=name).exists():
            user.username = name
            user.save(update_fields=["username"])


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0003_counted"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(normalise, migrations.RunPython.noop)]
