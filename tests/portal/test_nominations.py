"""The page of nominations: search, propose, approve; only for whom each is."""

from secrets import token_hex

from engine.store.queries import case_lists
from tests.portal.house import plain
from tests.verbs.test_nominations import PEERS


def test_one_proposes_another_approves_and_the_page_tells_everybody(house):
    opened = house.open(version_ref=house.publish(PEERS).ref)
    with house.rt.db.read() as db:
        case = case_lists.case_of(db, opened.ref, house.person("carol").id)
    carol, erin = house.browser("carol"), house.browser("erin")
    address = f"/cases/{case}/nominations"
    assert address in carol.get(f"/cases/{case}")
    page = plain(carol.get(f"{address}?role=peers&q=dan"))
    assert "Masih diperlukan 2 orang." in page and "Dan Sekcam, Kecamatan Utara" in page
    carol.post(address, {"role": "peers", "person": house.ref("dan"), "key": token_hex(8)}, 303)
    again = plain(carol.post(address, {"role": "peers", "person": house.ref("dan"), "key": token_hex(8)}, 422))
    assert "Dan sudah diusulkan untuk peran ini." in again
    page = erin.get(address)
    assert "diusulkan oleh Carol" in page and "Menunggu keputusan" in page and "Siapa yang Anda usulkan?" not in page
    nomination = page.partition(f'action="{address}/')[2].partition('"')[0]
    told = {"decision": "refused", "reason": "", "key": token_hex(8)}
    refused = plain(erin.post(f"{address}/{nomination}", told, 400))
    assert "Alasan" in refused
    erin.post(f"{address}/{nomination}", {"decision": "approved", "reason": "", "key": token_hex(8)}, 303)
    assert "Disetujui" in plain(carol.get(address))
    assert "mengusulkan pemegang peran" in plain(carol.get(f"/cases/{case}"))
