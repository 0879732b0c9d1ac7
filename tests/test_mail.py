"""Letters reach a folder or a mail server; one that cannot be handed over says so; an unknown server gets none."""

import email
import email.policy
import socketserver
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine.core.errors import BadRequest, Unavailable
from engine.mail import Folder, Letter, Server, read_mail

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LETTER = Letter("abc", "siti@contoh.go.id", "Kode Anda – baru", "Yth. Siti,\n.\nKode: 7K3M-9QXD-2WTH\n", "id")


class Receiving(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a letter needs; keeps what it is given."""

    def handle(self):
        self.say("220 ready")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "DATA":
                self.say("354 go on")
                lines = []
                while (each := self.rfile.readline()) != b".\r\n":
                    lines.append(each.removeprefix(b".") if each.startswith(b"..") else each)
                self.server.taken.append(b"".join(lines))
            if verb == "RCPT" and "nobody@" in line:
                self.say("550 no such person")
            else:
                self.say("221 bye" if verb == "QUIT" else "250 fine")

    def say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server(context=None):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Receiving) as server:
        server.taken, server.daemon_threads = [], True
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda request, address: None  # a client that turns away from the certificate
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def read(octets):
    return email.message_from_bytes(octets, policy=email.policy.default)


def holds_the_letter(octets):
    message = read(octets)
    assert (message["To"], message["Subject"]) == ("siti@contoh.go.id", "Kode Anda – baru")
    assert message["From"] == "Siklus <siklus@contoh.go.id>"
    assert message["Message-ID"] == "<abc@contoh.go.id>" and message["Content-Language"] == "id"
    assert message.get_content().replace("\r\n", "\n") == LETTER.text


def test_a_folder_takes_a_letter_as_a_file_for_the_servers_user_alone(tmp_path):
    folder = Folder(tmp_path / "mail", "siklus@contoh.go.id")
    for _ in range(2):
        folder.send(LETTER, AT)
    (path,) = (tmp_path / "mail").iterdir()
    assert (path.name, path.stat().st_mode & 0o777) == ("abc.eml", 0o600)
    holds_the_letter(path.read_bytes())


def test_a_folder_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(Unavailable):
        Folder(tmp_path / "taken", "siklus@contoh.go.id").send(LETTER, AT)


def test_a_mail_server_on_this_machine_takes_a_letter():
    with mail_server() as server:
        Server("127.0.0.1", server.server_address[1], "siklus@contoh.go.id", at_once=False).send(LETTER, AT)
    holds_the_letter(server.taken[0])


def test_a_receiver_whom_the_server_refuses_is_told():
    with mail_server() as server, pytest.raises(Unavailable) as refused:
        letter = Letter("abc", "nobody@contoh.go.id", "x", "x", "id")
        Server("127.0.0.1", server.server_address[1], "siklus@contoh.go.id", at_once=False).send(letter, AT)
    assert refused.value.message.params["reason"] == "SMTPRecipientsRefused"


def test_a_server_that_nobody_vouches_for_gets_nothing(tmp_path):
    with mail_server(self_signed(tmp_path)) as server, pytest.raises(Unavailable) as refused:
        Server("127.0.0.1", server.server_address[1], "siklus@contoh.go.id", at_once=True).send(LETTER, AT)
    assert refused.value.message.params["reason"] == "SSLCertVerificationError"
    assert server.taken == []


def self_signed(folder):
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    now = datetime.now(UTC)
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "cert.pem").write_bytes(pem + key.private_bytes(*form))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem")
    return context


FROM = {"SIKLUS_MAIL_FROM": "siklus@contoh.go.id"}


def test_settings_name_a_folder_or_a_server_or_nothing(tmp_path):
    assert read_mail({}) is None and read_mail(FROM) is None
    assert read_mail({**FROM, "SIKLUS_MAIL_DIR": str(tmp_path)}) == Folder(tmp_path, FROM["SIKLUS_MAIL_FROM"])
    given = read_mail({**FROM, "SIKLUS_SMTP_URL": "smtps://me%40x:s%3Acret@mail.contoh.go.id"})
    assert given == Server("mail.contoh.go.id", 465, "siklus@contoh.go.id", True, "me@x", "s:cret")
    assert read_mail({**FROM, "SIKLUS_SMTP_URL": "smtp://mail.contoh.go.id"}).port == 587


BAD = {
    "no sender": {"SIKLUS_MAIL_DIR": "mail"},
    "a sender that is no address": {"SIKLUS_MAIL_DIR": "mail", "SIKLUS_MAIL_FROM": "siklus"},
    "a sender of two lines": {"SIKLUS_MAIL_DIR": "mail", "SIKLUS_MAIL_FROM": "a@b.id\nBcc: c@d.id"},
    "another protocol": {**FROM, "SIKLUS_SMTP_URL": "https://mail.contoh.go.id"},
    "no host": {**FROM, "SIKLUS_SMTP_URL": "smtp://"},
    "a port beyond ports": {**FROM, "SIKLUS_SMTP_URL": "smtp://mail.contoh.go.id:70000"},
}


@pytest.mark.parametrize("settings", BAD.values(), ids=BAD.keys())
def test_settings_that_cannot_be_are_refused_at_the_start(settings):
    with pytest.raises(BadRequest):
        read_mail(settings)
