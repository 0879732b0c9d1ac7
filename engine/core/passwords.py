"""Which passwords are refused: too short, too long, a common one, or made of little more than what is guessed first.

No rule asks for digits or capitals (NIST SP 800-63B, 5.1.1.2), and nothing here hashes or stores.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from engine.core.messages import Message

SHORTEST, LONGEST = 12, 128  # characters
LEFT_OVER = 6  # different characters that must remain once all that is easily guessed is taken away
SHORTEST_RUN, SHORTEST_WORD = 3, 3

# Our own choice: what people here put first, in both languages. Each stands for itself with any digits, years,
# signs, capitals and look-alike characters around it, so the list refuses many thousands of passwords.
# The names of the place and of its offices come with `context`.
WORDS = """
    password passwort passw0rd pass sandi katasandi rahasia secret kunci masuk login signin akun account user pengguna
    admin administrator root super guest tamu test tester testing coba demo contoh sample default change changeme ganti
    gantisaya welcome selamat datang pagi siang malam hello halo letmein access akses master server system sistem
    computer komputer laptop internet wifi hotspot online website aplikasi data baru lama
    indonesia merdeka garuda pancasila nusantara bhinneka jaya raya proklamasi jakarta bandung surabaya solo
    lombok wamena papua medan makassar semarang
    yogyakarta jogja bali denpasar bogor bekasi depok tangerang malang padang manado aceh banten jawa sumatera
    kalimantan sulawesi kota kabupaten kecamatan kelurahan distrik desa provinsi walikota bupati camat lurah
    siklus kinerja evaluasi penilaian pegawai negeri sipil aparatur negara asn pns pppk cpns skp nip bkn bkpsdm bkd
    menpan menpanrb panrb ekinerja pemkot pemda pemkab pemprov dinas badan bagian bidang kantor kerja dinkes
    kesehatan puskesmas pendidikan sekolah guru bidan dokter perawat kepala atasan bawahan staf sekretaris sekretariat
    cinta sayang love iloveyou ilove akucinta kamuselalu selalu bersama keluarga family mama papa ibu ayah bapak anak
    istri suami adik kakak bahagia happy senang sukses semangat bismillah alhamdulillah allah allahuakbar subhanallah
    muhammad yesus jesus tuhan god angel malaikat princess putri prince pangeran king raja queen ratu star bintang
    bulan matahari sunshine sun moon flower bunga mawar melati anggrek rose monkey monyet dragon naga tiger macan
    harimau lion singa eagle elang shadow killer hunter ninja samurai superman batman spiderman pokemon naruto doraemon
    football soccer sepakbola persib persija persebaya arema persis bola baseball basketball hockey michael daniel
    jordan jessica ashley charlie andi budi siti agus dewi sri wati putra
    senin selasa rabu kamis jumat sabtu minggu monday tuesday wednesday thursday friday saturday sunday januari
    februari maret april mei juni juli agustus september oktober november desember january february march may june
    july august october december summer winter spring autumn
    satu dua tiga empat lima enam tujuh delapan sembilan sepuluh one two three four five six seven eight nine ten
    trust trustno freedom whatever computer1 qwerty azerty asdfgh zxcvbn
""".split()  # noqa: SIM905 - a list literal of these would be three hundred lines

ROWS = ("`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "!@#$%^&*()_+")
WALKS = (
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "qazwsxedcrfvtgbyhnujmikolp",
)
SERIES = (
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "01234567890123456789",
    "1234567890" * 2,
    "2468013579",
    "147258369",
    "159753",
)
RUNS = tuple(run for line in (*ROWS, *WALKS, *SERIES) for run in (line, line[::-1]))
LOOK_ALIKE = str.maketrans("013457@$!|", "oieastasil")
DATES = re.compile(r"(?:19|20)\d\d(?:[-/.]?[01]\d)?(?:[-/.]?[0-3]\d)?|[0-3]?\d[-/.]?[01]?\d[-/.]?(?:19|20)\d\d")
AROUND = re.compile(r"^[^a-z]+|[^a-z]+$")
SAME = re.compile(r"(.)\1\1+", re.DOTALL)


def judge_password(password: str, context: Iterable[str] = (), common: Collection[str] = ()) -> Message | None:
    """Answer why a password is refused, or None.

    `context`: names, numbers and addresses of its owner and his office; `common`: what everybody tries first, in lower
    case.
    """
    if len(password) < SHORTEST:
        return Message("accounts.password.short", found=len(password), least=SHORTEST)
    if len(password) > LONGEST:
        return Message("accounts.password.long", found=len(password), most=LONGEST)
    plain = _lower(password)
    if len(set(_left_over(plain, frozenset(_words(context))))) < LEFT_OVER or _is_common(plain, common):
        return Message("accounts.password.common")
    return None


def _is_common(password: str, common: Collection[str]) -> bool:
    """Whether it is a common one: alone or repeated, with look-alikes, whatever stands around its letters."""
    for text in (password, password.translate(LOOK_ALIKE)):
        bare = AROUND.sub("", text)
        if any(found in common for found in (text, bare, _repeated(text), _repeated(bare))):
            return True
    return False


def _repeated(text: str) -> str:
    """The shortest beginning that makes the whole text when it is repeated."""
    length = (text + text).find(text, 1)
    return text[:length] if length > 0 else text


def _lower(password: str) -> str:
    # Character by character: some characters have lower forms of two, and places must stay comparable.
    return "".join(character.lower()[0] for character in password)


def _words(context: Iterable[str]) -> Iterator[str]:
    """The words that a stranger would look up first: each part of a name or address, and the dates in a number."""
    yield from WORDS
    for text in context:
        for part in re.split(r"[^0-9a-z]+", text.lower()):
            yield from (part, part[:8], part[8:14]) if part.isdigit() else (part,)


def _left_over(password: str, words: frozenset[str]) -> str:
    """What remains of a lower-case password without words, runs of keys, dates and repetitions."""
    easy = set[int]()
    for start, end in (*_known(password, words), *_runs(password), *_matches(password)):
        easy.update(range(start, end))
    return "".join(character for place, character in enumerate(password) if place not in easy)


def _known(password: str, words: frozenset[str]) -> Iterator[tuple[int, int]]:
    longest = max(map(len, words))
    for text in {password, password.translate(LOOK_ALIKE), password.translate(LOOK_ALIKE).replace("i", "l")}:
        for start in range(len(text)):
            for end in range(start + SHORTEST_WORD, min(start + longest, len(text)) + 1):
                if text[start:end] in words:
                    yield start, end


def _runs(password: str) -> Iterator[tuple[int, int]]:
    for start in range(len(password) - SHORTEST_RUN + 1):
        if any(password[start : start + SHORTEST_RUN] in run for run in RUNS):
            yield start, start + SHORTEST_RUN


def _matches(password: str) -> Iterator[tuple[int, int]]:
    for pattern in (DATES, SAME):
        yield from (found.span() for found in pattern.finditer(password))
