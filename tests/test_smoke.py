import pytest


@pytest.mark.django_db
def test_admin_leads_to_the_login_page(client):
    assert client.get("/admin/").status_code == 302
