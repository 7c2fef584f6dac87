"""Drives a running multibrand with Python's own gRPC stack, as a card platform in another language would.

usage: drive.py ADDRESS OPERATOR_KEY PROTO_DIRECTORY PROGRAM_ID

Prints one line a check and ends with `grpcio: N checks passed`; the first check that fails ends it with exit code 1.
"""

import pathlib
import sys
import tempfile
import time
import uuid

import grpc
from grpc_tools import protoc

ADDRESS, KEY, PROTO, PROGRAM = sys.argv[1:5]

stubs = tempfile.mkdtemp(prefix="multibrand-stubs-")
files = [str(path) for path in sorted(pathlib.Path(PROTO, "multibrand", "v1").glob("*.proto"))]
arguments = ["protoc", f"-I{PROTO}", f"-I{pathlib.Path(protoc.__file__).parent / '_proto'}"]
if protoc.main([*arguments, f"--python_out={stubs}", f"--grpc_python_out={stubs}", *files]) != 0:
    sys.exit("grpcio: the proto files do not compile")
sys.path.insert(0, stubs)

from google.protobuf.descriptor_pool import DescriptorPool  # noqa: E402
from google.rpc import error_details_pb2  # noqa: E402
from grpc_health.v1 import health_pb2, health_pb2_grpc  # noqa: E402
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase  # noqa: E402
from grpc_status import rpc_status  # noqa: E402
from multibrand.v1 import common_pb2 as common  # noqa: E402
from multibrand.v1 import issuance_pb2 as issuance  # noqa: E402
from multibrand.v1 import issuance_pb2_grpc  # noqa: E402
from multibrand.v1 import preferences_pb2 as preferences  # noqa: E402
from multibrand.v1 import preferences_pb2_grpc, spends_pb2_grpc  # noqa: E402
from multibrand.v1 import spends_pb2 as spends  # noqa: E402

run = uuid.uuid4().hex[:12]
metadata = (("authorization", f"Bearer {KEY}"),)
checks = 0


def check(rule, holds, detail=""):
    global checks
    if not holds:
        sys.exit(f"grpcio: FAILED: {rule} {detail}")
    checks += 1
    print(f"grpcio: {rule}", flush=True)


def refusal(call):
    """The status, stable reason and outcome of a call that must fail."""
    try:
        call()
    except grpc.RpcError as error:
        status = rpc_status.from_call(error)
        for detail in status.details if status else []:
            info = error_details_pb2.ErrorInfo()
            if detail.Unpack(info):
                return error.code(), info.reason, info.metadata.get("outcome", "")
        return error.code(), "", ""
    return None, "", ""


def money(minor, currency="USD"):
    return common.Money(currency_code=currency, minor_units=minor)


def spend(number, minor, card, currency="USD", category="5812"):
    return spends.Spend(
        spend_id=f"{run}-{number}",
        card_id=card,
        amount=money(minor, currency),
        merchant_category_code=category,
        merchant_name="Corner Bakery",
        merchant_country="US",
    )


with grpc.insecure_channel(ADDRESS) as channel:
    grpc.channel_ready_future(channel).result(timeout=20)
    cards = preferences_pb2_grpc.PreferenceServiceStub(channel)
    book = spends_pb2_grpc.SpendServiceStub(channel)
    issuances = issuance_pb2_grpc.IssuanceServiceStub(channel)

    # Health and reflection.
    health = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=10)
    check("health says SERVING", health.status == health_pb2.HealthCheckResponse.SERVING)
    reflection = ProtoReflectionDescriptorDatabase(channel)
    services = set(reflection.get_services())
    check("reflection lists the services", {"multibrand.v1.SpendService", "multibrand.v1.PreferenceService"} <= services)
    described = DescriptorPool(reflection).FindServiceByName("multibrand.v1.SpendService")
    check("reflection describes RecordSpend", "RecordSpend" in described.methods_by_name)

    # RegisterCard.
    card = f"card-{run}"
    registration = preferences.RegisterCardRequest(card_id=card, user_id=f"user-{run}", currency_code="USD")
    first = cards.RegisterCard(registration, metadata=metadata, timeout=10)
    check("RegisterCard makes a source user", first.source_user_id != "" and not first.replayed)
    again = cards.RegisterCard(registration, metadata=metadata, timeout=10)
    check("RegisterCard repeats its answer", again.replayed and again.source_user_id == first.source_user_id)
    registration.currency_code = "EUR"
    check(
        "RegisterCard refuses other facts",
        refusal(lambda: cards.RegisterCard(registration, metadata=metadata, timeout=10))
        == (grpc.StatusCode.ALREADY_EXISTS, "CARD_CONFLICT", "not_applied"),
        str(refusal(lambda: cards.RegisterCard(registration, metadata=metadata, timeout=10))),
    )

    # LinkProgram and SetAllocation.
    linked = cards.LinkProgram(
        preferences.LinkProgramRequest(
            card_id=card,
            program_id=PROGRAM,
            destination_account=common.DestinationAccount(user_id="M-1001", user_email="member@example.org"),
            request_id=f"{run}-link",
        ),
        metadata=metadata,
        timeout=10,
    )
    check("LinkProgram links", [link.program_id for link in linked.links] == [PROGRAM])
    allocation = preferences.SetAllocationRequest(
        card_id=card, shares=[preferences.Share(program_id=PROGRAM, parts=7)], request_id=f"{run}-allocation"
    )
    allocated = cards.SetAllocation(allocation, metadata=metadata, timeout=10)
    check("SetAllocation sets parts", allocated.links[0].parts == 7)
    check(
        "SetAllocation refuses an old version",
        refusal(
            lambda: cards.SetAllocation(
                preferences.SetAllocationRequest(
                    card_id=card,
                    shares=[preferences.Share(program_id=PROGRAM, parts=3)],
                    expected_version=allocated.version + 40,
                    request_id=f"{run}-stale",
                ),
                metadata=metadata,
                timeout=10,
            )
        )[1]
        == "VERSION_MISMATCH",
    )
    shown = cards.GetPreferences(preferences.GetPreferencesRequest(card_id=card), metadata=metadata, timeout=10)
    check("GetPreferences shows what is in force", shown.version == allocated.version)

    # RecordSpend.
    request = spends.RecordSpendRequest(spend=spend(0, 12345, card))
    recorded = book.RecordSpend(request, metadata=metadata, timeout=10)
    total = sum(leg.amount.minor_units for leg in recorded.decision.legs)
    total += recorded.decision.excluded_minor + recorded.decision.held_minor
    check("RecordSpend splits all of it", total == 12345 and not recorded.replayed)
    repeated = book.RecordSpend(request, metadata=metadata, timeout=10)
    check("RecordSpend repeats its answer", repeated.replayed and repeated.decision == recorded.decision)
    check(
        "RecordSpend refuses the same id with another amount",
        refusal(
            lambda: book.RecordSpend(spends.RecordSpendRequest(spend=spend(0, 12346, card)), metadata=metadata, timeout=10)
        )
        == (grpc.StatusCode.ALREADY_EXISTS, "SPEND_CONFLICT", "not_applied"),
    )
    for rule, bad, code, reason in [
        ("a negative amount", spend(1, -5, card), grpc.StatusCode.INVALID_ARGUMENT, "NOT_POSITIVE"),
        ("a zero amount", spend(1, 0, card), grpc.StatusCode.INVALID_ARGUMENT, "NOT_POSITIVE"),
        ("an amount near the end of Int64", spend(1, 2**63 - 1, card), grpc.StatusCode.INVALID_ARGUMENT, "AMOUNT_TOO_LARGE"),
        ("an unknown currency", spend(1, 5, card, "QQQ"), grpc.StatusCode.INVALID_ARGUMENT, "UNKNOWN_CURRENCY"),
        ("another currency than the card's", spend(1, 5, card, "JPY"), grpc.StatusCode.FAILED_PRECONDITION, "CURRENCY_MISMATCH"),
        ("an unknown card", spend(1, 5, "no-such-card"), grpc.StatusCode.NOT_FOUND, "UNKNOWN_CARD"),
        ("an empty card id", spend(1, 5, ""), grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT"),
        ("a card id of a megabyte", spend(1, 5, "c" * (1 << 20)), grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT"),
        ("a category that is not four digits", spend(1, 5, card, "USD", "58A2"), grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT"),
    ]:
        seen = refusal(lambda: book.RecordSpend(spends.RecordSpendRequest(spend=bad), metadata=metadata, timeout=10))
        check(f"RecordSpend refuses {rule}", seen == (code, reason, "not_applied"), str(seen))
    check(
        "what was refused was not stored",
        refusal(lambda: book.GetSpend(spends.GetSpendRequest(spend_id=f"{run}-1"), metadata=metadata, timeout=10))[1]
        == "UNKNOWN_SPEND",
    )

    # RecordSpends.
    count = 500
    stream = (spends.RecordSpendRequest(spend=spend(100 + number, 100 + number, card)) for number in range(count))
    answers = list(book.RecordSpends(stream, metadata=metadata, timeout=60))
    check("RecordSpends answers each spend in order", [a.spend_id for a in answers] == [f"{run}-{100 + n}" for n in range(count)])
    check("RecordSpends records each", all(a.WhichOneof("result") == "recorded" for a in answers))
    mixed = [spend(100, 100, card), spend(9000, -1, card), spend(9001, 250, card)]
    answers = list(book.RecordSpends(iter([spends.RecordSpendRequest(spend=one) for one in mixed]), metadata=metadata, timeout=30))
    check("RecordSpends goes on after a refused spend", answers[1].error.reason == "NOT_POSITIVE" and answers[2].recorded.decision.legs)
    check("RecordSpends repeats answers too", answers[0].recorded.replayed)

    listed, token = 0, ""
    while True:
        page = book.ListSpends(spends.ListSpendsRequest(card_id=card, page_size=200, page_token=token), metadata=metadata, timeout=10)
        listed += len(page.spends)
        token = page.next_page_token
        if not token:
            break
    check("ListSpends lists each once", listed == count + 2, str(listed))
    position = issuances.GetPosition(issuance.GetPositionRequest(card_id=card, program_id=PROGRAM), metadata=metadata, timeout=10)
    parts = position.issued_micro + position.in_flight_micro + position.unknown_micro + position.pending_micro - position.debt_micro
    check("GetPosition adds up", position.earned_micro - position.clawed_back_micro == parts and position.earned_micro > 0)

    # Refunds: a part, its repetition, what is too much, the rest, and one taken back.
    def refund(name, minor, spend_id=f"{run}-0", card_id=""):
        return spends.RecordRefundRequest(refund_id=f"{run}-{name}", spend_id=spend_id, card_id=card_id, amount=money(minor))

    part = book.RecordRefund(refund("r1", 45), metadata=metadata, timeout=10)
    taken = sum(clawback.amount.minor_units for clawback in part.clawbacks)
    taken += sum(piece.excluded_minor + piece.held_minor for piece in part.refund.parts)
    check("RecordRefund takes all of it", taken == 45 and part.refund.status == spends.REFUND_STATUS_APPLIED and not part.replayed)
    repeated = book.RecordRefund(refund("r1", 45), metadata=metadata, timeout=10)
    check("RecordRefund repeats its answer", repeated.replayed and repeated.clawbacks == part.clawbacks)
    for rule, bad, code, reason in [
        ("the same id with another amount", refund("r1", 46), grpc.StatusCode.ALREADY_EXISTS, "REFUND_CONFLICT"),
        ("more than is left", refund("r2", 12301), grpc.StatusCode.FAILED_PRECONDITION, "REFUND_EXCEEDS_SPEND"),
        ("a spend that is nowhere", refund("r2", 1, "no-such-spend"), grpc.StatusCode.NOT_FOUND, "UNKNOWN_SPEND"),
        ("a zero amount", refund("r2", 0), grpc.StatusCode.INVALID_ARGUMENT, "NOT_POSITIVE"),
    ]:
        seen = refusal(lambda: book.RecordRefund(bad, metadata=metadata, timeout=10))
        check(f"RecordRefund refuses {rule}", seen == (code, reason, "not_applied"), str(seen))
    book.RecordRefund(refund("r2", 12300), metadata=metadata, timeout=10)
    shown = book.GetSpend(spends.GetSpendRequest(spend_id=f"{run}-0"), metadata=metadata, timeout=10)
    check("GetSpend shows what is refunded", shown.refunded_minor == 12345)
    undone = book.UndoRefund(spends.UndoRefundRequest(refund_id=f"{run}-r2"), metadata=metadata, timeout=10)
    check("UndoRefund gives it back", undone.refund.status == spends.REFUND_STATUS_UNDONE and not undone.clawbacks)
    shown = book.GetSpend(spends.GetSpendRequest(spend_id=f"{run}-0"), metadata=metadata, timeout=10)
    check("and only that", shown.refunded_minor == 45)
    early = book.RecordRefund(refund("r3", 30, f"{run}-9700", card), metadata=metadata, timeout=10)
    check("a refund before its spend waits", early.refund.status == spends.REFUND_STATUS_WAITING)
    book.RecordSpend(spends.RecordSpendRequest(spend=spend(9700, 100, card)), metadata=metadata, timeout=10)
    until = time.monotonic() + 20
    asked = spends.GetRefundRequest(refund_id=f"{run}-r3")
    while book.GetRefund(asked, metadata=metadata, timeout=10).status == spends.REFUND_STATUS_WAITING and time.monotonic() < until:
        time.sleep(0.05)
    check("and is taken when the spend is there", book.GetRefund(asked, metadata=metadata, timeout=10).status == spends.REFUND_STATUS_APPLIED)
    page = book.ListRefunds(spends.ListRefundsRequest(card_id=card), metadata=metadata, timeout=10)
    check("ListRefunds lists them, newest first", [one.refund_id for one in page.refunds] == [f"{run}-r3", f"{run}-r2", f"{run}-r1"])
    position = issuances.GetPosition(issuance.GetPositionRequest(card_id=card, program_id=PROGRAM), metadata=metadata, timeout=10)
    parts = position.issued_micro + position.in_flight_micro + position.unknown_micro + position.pending_micro - position.debt_micro
    check("GetPosition adds up after refunds", position.earned_micro - position.clawed_back_micro == parts and position.clawed_back_micro > 0)

    # What is not there, deadlines, cancellation, keys, size.
    unknown = channel.unary_unary("/multibrand.v1.SpendService/NoSuchMethod")
    check("an unknown method is UNIMPLEMENTED", refusal(lambda: unknown(b"", metadata=metadata, timeout=10))[0] == grpc.StatusCode.UNIMPLEMENTED)
    # The client's own clock and the server's refusal to begin race each other; both mean that nothing was recorded.
    late = spends.RecordSpendRequest(spend=spend(9500, 5, card))
    too_late = [
        (grpc.StatusCode.DEADLINE_EXCEEDED, "", ""),
        (grpc.StatusCode.DEADLINE_EXCEEDED, "TIME_LIMIT", "not_applied"),
    ]
    for timeout in (0.000001, 0.005):
        seen = refusal(lambda: book.RecordSpend(late, metadata=metadata, timeout=timeout))
        check(f"a spend with {timeout} seconds left is not begun", seen in too_late, str(seen))
    seen = refusal(lambda: book.GetSpend(spends.GetSpendRequest(spend_id=f"{run}-9500"), metadata=metadata, timeout=10))
    check("what came too late was not stored", seen[1] == "UNKNOWN_SPEND", str(seen))
    watch = cards.WatchPreferences(preferences.WatchPreferencesRequest(card_id=card), metadata=metadata, timeout=30)
    check("WatchPreferences sends the state at once", next(watch).version == allocated.version)
    watch.cancel()
    started = time.monotonic()
    watch = cards.WatchPreferences(preferences.WatchPreferencesRequest(card_id=card), metadata=metadata, timeout=0.5)
    check("a stream ends at its deadline", refusal(lambda: list(watch))[0] == grpc.StatusCode.DEADLINE_EXCEEDED and time.monotonic() - started < 20)
    check(
        "a call without a key is UNAUTHENTICATED",
        refusal(lambda: book.GetSpend(spends.GetSpendRequest(spend_id="x"), timeout=10)) == (grpc.StatusCode.UNAUTHENTICATED, "UNAUTHENTICATED", "not_applied"),
    )
    check(
        "a wrong key is UNAUTHENTICATED",
        refusal(lambda: book.GetSpend(spends.GetSpendRequest(spend_id="x"), metadata=(("authorization", "Bearer mbk_wrong"),), timeout=10))[0]
        == grpc.StatusCode.UNAUTHENTICATED,
    )
    garbage = channel.unary_unary("/multibrand.v1.SpendService/RecordSpend")
    check("a message that is no protobuf is refused", refusal(lambda: garbage(b"\xff" * 40, metadata=metadata, timeout=10))[0] in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.INTERNAL))
    invalid_text = b"\x0a\x06\x0a\x02\xff\xfe\x12\x00"
    check("invalid UTF-8 is refused", refusal(lambda: garbage(invalid_text, metadata=metadata, timeout=10))[0] in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.INTERNAL))
    check("a message over the limit is RESOURCE_EXHAUSTED", refusal(lambda: garbage(b"\x00" * (5 << 20), metadata=metadata, timeout=30))[0] == grpc.StatusCode.RESOURCE_EXHAUSTED)
    check("the connection still serves", book.RecordSpend(request, metadata=metadata, timeout=10).replayed)

print(f"grpcio: {checks} checks passed")
