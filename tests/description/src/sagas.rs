//! The sagas as sequence diagrams: each drawn by walking the state machine that the service runs, so that a diagram
//! cannot say what the code does not do.

use std::fmt::Write as _;

use contracts::terms::PaymentMethod;
use order::domain::checkout::{Command, Event, State, Tender, advance};
use order::domain::refund::{Progress, RefundStatus, Step, next_step};

const OPENING: &str = "# Sagas\n\n\
    A checkout and a refund take several steps, in several services. Each is a pure state machine: `advance` in\n\
    `workers/order/src/domain/checkout.rs`, `next_step` in `workers/order/src/domain/refund/saga.rs`. A state is stored\n\
    before the effect that it names, and each effect may be repeated without harm: the provider knows the payment's id,\n\
    inventory the order's. So a saga that stopped anywhere is resumed from what is stored, by state and age.\n\n\
    The deduction of stock is the pivot of a checkout: before it everything is undone, after it everything goes forward.\n\n\
    These diagrams are drawn from the code by `cargo xtask openapi`; a test fails when they are stale.\n";

/// The ways a checkout goes: a title, who takes the money, and what happens.
const CHECKOUTS: [(&str, Tender, &[Event]); 10] = [
    (
        "A card is charged when the goods are ours",
        Tender::Provider,
        &[Event::PaymentOffered, Event::Authorised, Event::Deducted, Event::Captured],
    ),
    ("Cash, a bank transfer, or on account", Tender::Hand, &[Event::PaymentOffered, Event::Deducted]),
    (
        "The card is declined: the order waits for another payment",
        Tender::Provider,
        &[Event::PaymentOffered, Event::Declined],
    ),
    (
        "The last unit went to somebody else: nobody is charged",
        Tender::Provider,
        &[Event::PaymentOffered, Event::Authorised, Event::OutOfStock, Event::Voided],
    ),
    (
        "The last unit went to somebody else, paid by hand",
        Tender::Hand,
        &[Event::PaymentOffered, Event::OutOfStock],
    ),
    (
        "The provider did not answer, and the sweep finds that it had set the money aside",
        Tender::Provider,
        &[
            Event::PaymentOffered,
            Event::NoAnswer,
            Event::Resumed,
            Event::Authorised,
            Event::Deducted,
            Event::Captured,
        ],
    ),
    (
        "The bank wants to see the buyer, who confirms and comes back",
        Tender::Provider,
        &[
            Event::PaymentOffered,
            Event::BuyerAsked,
            Event::Resumed,
            Event::Authorised,
            Event::Deducted,
            Event::Captured,
        ],
    ),
    (
        "The bank wants to see the buyer, who does not come back",
        Tender::Provider,
        &[Event::PaymentOffered, Event::BuyerAsked, Event::Resumed, Event::GivenUp, Event::Voided],
    ),
    (
        "The provider never heard of the payment: the attempt is abandoned",
        Tender::Provider,
        &[Event::PaymentOffered, Event::NoAnswer, Event::Resumed, Event::PaymentUnknown, Event::Voided],
    ),
    (
        "The service stopped after the deduction: the sweep goes forward",
        Tender::Provider,
        &[Event::PaymentOffered, Event::Authorised, Event::Deducted, Event::Resumed, Event::Captured],
    ),
];

/// The page `docs/sagas.md`.
pub(crate) fn page() -> String {
    let mut page = format!("{OPENING}\n## Checkout\n");
    for (title, tender, events) in CHECKOUTS {
        let _ = write!(page, "\n### {title}\n\n{}", checkout(tender, events));
    }
    page.push_str("\n## Refund\n");
    for (title, has_goods, methods) in [
        ("Goods come back, and the card gets its money", true, vec![PaymentMethod::Card]),
        ("A price reduction, paid back in cash", false, vec![PaymentMethod::Cash]),
    ] {
        let _ = write!(page, "\n### {title}\n\n{}", refund(has_goods, methods));
    }
    page
}

fn diagram(participants: &[&str], lines: &[String]) -> String {
    let mut text = "```mermaid\nsequenceDiagram\n".to_owned();
    for participant in participants {
        let _ = writeln!(text, "  participant {participant}");
    }
    for line in lines {
        let _ = writeln!(text, "  {line}");
    }
    text + "```\n"
}

fn checkout(tender: Tender, events: &[Event]) -> String {
    let mut lines = Vec::new();
    let mut state = State::Offered(tender);
    for event in events {
        lines.push(happened(*event).to_owned());
        let (next, commands) = advance(state, *event);
        for command in commands {
            lines.push(done(command, next));
        }
        state = next;
    }
    let end = match state {
        State::Completed => "the sale is made",
        State::Cancelled => "the order is cancelled, nothing is held",
        State::Refused => "the order waits for another payment",
        _ => "the sweep takes it up again",
    };
    lines.push(format!("Note over order: {end}"));
    diagram(&["buyer", "order", "inventory", "provider", "accounting"], &lines)
}

fn happened(event: Event) -> &'static str {
    match event {
        Event::PaymentOffered => "buyer->>order: pay",
        Event::Authorised => "provider-->>order: authorised",
        Event::Declined => "provider-->>order: declined",
        Event::PaymentUnknown => "provider-->>order: unknown payment",
        Event::BuyerAsked => "provider-->>order: the buyer has to confirm it with their bank",
        Event::GivenUp => "provider-->>order: still not confirmed, and it is too late",
        Event::Deducted => "inventory-->>order: deducted, with its cost",
        Event::OutOfStock => "inventory-->>order: out of stock, with what there is",
        Event::Captured => "provider-->>order: captured",
        Event::Voided => "provider-->>order: voided",
        Event::NoAnswer => "provider--xorder: no answer",
        Event::Resumed => {
            "Note over order: the buyer asks again, or half a minute later the sweep takes it up"
        }
    }
}

fn done(command: Command, state: State) -> String {
    let step = state.step().map_or("", |step| step.as_str());
    match command {
        Command::Store => format!("order->>order: store {step}"),
        Command::Authorise => "order->>provider: authorise".to_owned(),
        Command::Inquire => "order->>provider: what became of the payment?".to_owned(),
        Command::Deduct => "order->>inventory: deduct all lines, or none".to_owned(),
        Command::Capture => "order->>provider: capture".to_owned(),
        Command::Void => "order->>provider: void".to_owned(),
        Command::Complete => {
            "order-)accounting: OrderCompleted, stored with the sale in one batch".to_owned()
        }
        Command::Cancel => "order-)buyer: the order is cancelled".to_owned(),
        Command::Decline => "order-->>buyer: declined".to_owned(),
        Command::Abandon => "order->>order: store that the attempt came to nothing".to_owned(),
        Command::AskBuyer => "order-->>buyer: the address of the bank's page".to_owned(),
        Command::Doubt => "order-->>buyer: not known yet, ask again".to_owned(),
    }
}

fn refund(has_goods: bool, methods: Vec<PaymentMethod>) -> String {
    let mut lines = vec!["manager->>order: refund".to_owned(), "order->>order: store the refund".to_owned()];
    let mut progress = Progress { status: RefundStatus::Pending, has_goods, unpaid: methods };
    loop {
        match next_step(&progress) {
            Step::Restock => {
                lines.push("order->>inventory: put the goods back".to_owned());
                lines.push("inventory-->>order: done, with their value".to_owned());
                progress.status = RefundStatus::Restocked;
            }
            Step::PayBack => {
                lines.push("order->>provider: give the money back".to_owned());
                lines.push("provider-->>order: given back".to_owned());
                progress.unpaid.clear();
            }
            Step::Complete => {
                lines.push("order-)accounting: OrderRefunded, stored with the end in one batch".to_owned());
                break;
            }
            Step::Done => break,
        }
    }
    diagram(&["manager", "order", "inventory", "provider", "accounting"], &lines)
}
