//! A mail server: one connection for each mail (RFC 5321; STARTTLS RFC 3207, AUTH RFC 4954, SMTPUTF8 RFC 6531).
//!
//! It is a dialogue of a dozen lines over the platform's socket, the same on workerd and natively. The libraries that
//! there are bring a runtime and a TLS stack of their own, which a Worker has no use for.

use std::sync::Arc;

use platform::{Socket, SocketError, Tls, World};

use crate::domain::delivery::Outcome;
use crate::domain::message::Outgoing;
use crate::domain::smtp::{self, Abilities, REPLY_BYTES_MAX, Reply, Server};

/// A mail server and how to get in.
pub(crate) struct Smtp {
    pub(crate) world: Arc<dyn World>,
    pub(crate) server: Server,
    pub(crate) password: Option<String>,
}

/// A connection, with what was received and not read yet.
struct Dialogue {
    socket: Box<dyn Socket>,
    received: Vec<u8>,
}

/// Why the dialogue ended early. Until the last line of the message was sent, nothing can have been taken.
struct Ended(Outcome);

impl From<SocketError> for Ended {
    fn from(error: SocketError) -> Self {
        Self(Outcome::Delayed(error.to_string()))
    }
}

fn delayed(detail: impl Into<String>) -> Ended {
    Ended(Outcome::Delayed(detail.into()))
}

fn refused(detail: impl Into<String>) -> Ended {
    Ended(Outcome::Refused { detail: detail.into(), dead_address: false })
}

impl Dialogue {
    async fn reply(&mut self) -> Result<Reply, SocketError> {
        loop {
            if let Some((reply, used)) = Reply::read(&self.received).map_err(SocketError)? {
                self.received.drain(..used);
                return Ok(reply);
            }
            let more = self.socket.read().await?;
            if more.is_empty() {
                return Err(SocketError("the mail server closed the connection".to_owned()));
            }
            self.received.extend(more);
            if self.received.len() > REPLY_BYTES_MAX {
                return Err(SocketError("the reply of the mail server has no end".to_owned()));
            }
        }
    }

    async fn say(&mut self, line: &str) -> Result<Reply, SocketError> {
        self.socket.write(format!("{line}\r\n").into_bytes()).await?;
        self.reply().await
    }

    /// Goes on only if the server agrees.
    async fn ask(&mut self, line: &str) -> Result<Reply, Ended> {
        let reply = self.say(line).await?;
        if reply.is_positive() { Ok(reply) } else { Err(Ended(reply.refusal(false))) }
    }
}

impl Smtp {
    pub(crate) async fn send(&self, mail: &Outgoing) -> Outcome {
        match self.deliver(mail).await {
            Ok(outcome) | Err(Ended(outcome)) => outcome,
        }
    }

    async fn deliver(&self, mail: &Outgoing) -> Result<Outcome, Ended> {
        let name = mail.from.email.as_str().split_once('@').map_or("localhost", |(_, domain)| domain);
        let hello = format!("EHLO {name}");
        let (mut dialogue, abilities) = self.open(&hello).await?;
        self.log_in(&mut dialogue, abilities).await?;
        if mail.needs_utf8() && !abilities.utf8 {
            return Err(refused("the mail server takes no addresses with such letters (SMTPUTF8)"));
        }
        let utf8 = if mail.needs_utf8() { " SMTPUTF8" } else { "" };
        let eight_bit = if mail.needs_utf8() && abilities.eight_bit { " BODY=8BITMIME" } else { "" };
        dialogue.ask(&format!("MAIL FROM:<{}>{eight_bit}{utf8}", mail.from.email)).await?;
        let recipient = dialogue.say(&format!("RCPT TO:<{}>", mail.to.email)).await?;
        if !recipient.is_positive() {
            return Err(Ended(recipient.refusal(true)));
        }
        dialogue.ask("DATA").await?;
        // From the last line on, nobody knows what a broken connection means.
        let sent = dialogue.socket.write(smtp::stuffed(&mail.bytes())).await;
        let taken = match sent {
            Ok(()) => dialogue.reply().await,
            Err(error) => Err(error),
        };
        match taken {
            Ok(reply) if reply.is_positive() => {
                // It is taken; whether the server hears the farewell makes no difference.
                let _ = dialogue.say("QUIT").await;
                Ok(Outcome::Accepted { provider_id: None })
            }
            Ok(reply) => Ok(reply.refusal(false)),
            Err(error) => Ok(Outcome::Unknown(error.to_string())),
        }
    }

    /// Connects, and encrypts before anything is said that others may not hear.
    async fn open(&self, hello: &str) -> Result<(Dialogue, Abilities), Ended> {
        let Server { host, port, is_tls, needs_tls, .. } = &self.server;
        let tls = match (is_tls, needs_tls) {
            (true, _) => Tls::On,
            (false, true) => Tls::Later,
            (false, false) => Tls::Off,
        };
        let socket = self.world.connect(host, *port, tls).await?;
        let mut dialogue = Dialogue { socket, received: Vec::new() };
        let greeting = dialogue.reply().await?;
        if !greeting.is_positive() {
            // A server that refuses us altogether says nothing about this mail.
            return Err(delayed(greeting.words()));
        }
        let abilities = Abilities::of(&dialogue.ask(hello).await?);
        if tls != Tls::Later {
            return Ok((dialogue, abilities));
        }
        if !abilities.starttls {
            return Err(delayed("the mail server offers no encryption (STARTTLS)"));
        }
        dialogue.ask("STARTTLS").await?;
        // What came before the encryption is not trusted: somebody on the way may have said it.
        let mut dialogue = Dialogue { socket: dialogue.socket.start_tls().await?, received: Vec::new() };
        let abilities = Abilities::of(&dialogue.ask(hello).await?);
        Ok((dialogue, abilities))
    }

    async fn log_in(&self, dialogue: &mut Dialogue, abilities: Abilities) -> Result<(), Ended> {
        let (Some(user), Some(password)) = (&self.server.user, &self.password) else { return Ok(()) };
        let reply = if abilities.plain {
            dialogue.say(&smtp::plain(user, password)).await?
        } else if abilities.login {
            dialogue.ask("AUTH LOGIN").await?;
            dialogue.ask(&smtp::base64(user)).await?;
            dialogue.say(&smtp::base64(password)).await?
        } else {
            return Err(delayed("the mail server offers no log-in that we know (AUTH PLAIN, AUTH LOGIN)"));
        };
        // A wrong password is the shop's to repair: the mails wait meanwhile.
        if reply.is_positive() {
            Ok(())
        } else {
            Err(delayed(format!("the log-in failed: {}", reply.words())))
        }
    }
}
