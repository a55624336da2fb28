"""Finds a RabbitMQ: the one at AMQP_URI, a local one, or Debian's, installed and started here."""

import os
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

from deploy.broker.address import Address
from deploy.debian import as_root, install
from deploy.folder import USUAL
from deploy.trouble import Trouble

START_SECONDS = 90
OPEN_FILES = 65_536
SERVER = "/usr/sbin/rabbitmq-server"
CONTROL = "/usr/sbin/rabbitmqctl"


def find(environment: Mapping[str, str]) -> Address:
    """A broker that answers; raises with what to do where there is none and none can be started."""
    given = environment.get("AMQP_URI")
    if given:
        address = Address.parse(given)
        if not address.answers():
            raise Trouble(
                f"No broker answers at {address.place} (AMQP_URI): start it, correct AMQP_URI, or unset it to use a local one."
            )
        return address
    address = Address()
    if not address.answers():
        start(address)
    return address


def start(address: Address) -> None:
    """Starts Debian's RabbitMQ as its own user, detached from this terminal; installs it first where it is missing."""
    if not installed():
        install(["rabbitmq-server"], "The message broker")
        if address.await_answer(5):
            return
    command = as_root(_starter(), node_environment())
    if command is None:
        raise Trouble(
            f"No broker answers at {address.place}, and only root may start it: "
            "run `rabbitmq-server -detached` as root, or set AMQP_URI."
        )
    print("Starting the message broker (RabbitMQ)", flush=True)
    nowhere = subprocess.DEVNULL
    subprocess.run(command, check=False, start_new_session=True, stdin=nowhere, stdout=nowhere, stderr=nowhere, umask=USUAL)
    if not address.await_answer(START_SECONDS):
        raise Trouble(
            f"RabbitMQ was started and does not answer at {address.place} after {START_SECONDS} s: "
            "see /var/log/rabbitmq, or set AMQP_URI."
        )


def installed() -> bool:
    """Whether this machine has a RabbitMQ server."""
    return Path(SERVER).exists() or shutil.which("rabbitmq-server") is not None


def _starter() -> list[str]:
    """Where an init system looks after services, it starts this one too; in containers there is none.

    setpriv rather than su: su would put the limit on open files back to the usual 1,024. A quorum queue holds several files open;
    with too few of them the broker stands still.
    """
    if Path("/run/systemd/system").is_dir():
        return ["systemctl", "start", "rabbitmq-server"]
    owner = ["setpriv", "--reuid=rabbitmq", "--regid=rabbitmq", "--init-groups", "env", "HOME=/var/lib/rabbitmq"]
    return [*owner, "sh", "-c", f"ulimit -n {OPEN_FILES} || ulimit -n $(ulimit -Hn); exec {SERVER} -detached"]


def node_environment() -> dict[str, str]:
    """Erlang needs a host name that resolves; a container's often does not."""
    named = os.environ.get("RABBITMQ_NODENAME")
    if named:
        return {"RABBITMQ_NODENAME": named}
    try:
        socket.gethostbyname(socket.gethostname().split(".")[0])
    except OSError:
        return {"RABBITMQ_NODENAME": "rabbit@localhost"}
    return {}
