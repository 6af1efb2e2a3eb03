//! The first administrator of a deployed house, where nobody can sign in yet: a row for the gateway's database, written
//! by a person with access to the Cloudflare account.

use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use kernel::text::{Email, Name};
use uuid::{Builder, Uuid};

use crate::deploy::resource;
use crate::secrets::random_bytes;
use crate::seed::{SeedUser, new_user_sql};

/// 32 characters that are not easily confused.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Characters of a password, of five random bits each.
const PASSWORD_LENGTH: usize = 26;

/// A future administrator.
#[derive(Clone)]
pub struct FirstAdmin {
    /// The SQL statement that adds the user. It fails if the e-mail is already used.
    pub statement: String,
    /// In clear text; the statement contains only its hash.
    pub password: String,
}

impl FirstAdmin {
    /// Makes one, with a new id and a new password.
    pub fn new(email: &Email, name: &Name) -> Result<Self> {
        let user = SeedUser {
            id: new_id()?.to_string(),
            email: email.to_string(),
            name: name.to_string(),
            role: "admin".to_owned(),
            customer_id: None,
        };
        let password = new_password()?;
        Ok(Self { statement: new_user_sql(&user, &password)?, password })
    }
}

/// The command `cargo xtask first-admin`: the statement goes to standard output, for a file; instructions for the
/// person go to standard error.
pub fn run(email: &Email, name: &Name) -> Result<()> {
    let admin = FirstAdmin::new(email, name)?;
    writeln!(std::io::stdout(), "{}", admin.statement).context("cannot write the statement")?;
    eprintln!("the password of {email}, shown this once:\n");
    eprintln!("  {}\n", admin.password);
    eprintln!("apply the statement, here taken to be in first-admin.sql, in the folder tools:\n");
    eprintln!("  npx wrangler d1 execute {} --remote --file ../first-admin.sql\n", resource("gateway"));
    eprintln!("then delete the file: it holds the hash of the password");
    Ok(())
}

/// UUID v7, as the services make them.
fn new_id() -> Result<Uuid> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is set before 1970")?;
    let ms = u64::try_from(now.as_millis()).context("the clock is set too far in the future")?;
    Ok(Builder::from_unix_timestamp_millis(ms, &random_bytes()?).into_uuid())
}

fn new_password() -> Result<String> {
    let bytes = random_bytes::<PASSWORD_LENGTH>()?;
    // 256 is a multiple of 32: every character is equally likely.
    Ok(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rusqlite::Connection;

    use super::*;
    use crate::paths;

    fn admin(name: &str) -> FirstAdmin {
        FirstAdmin::new(&Email::parse("Ada@Example.org").unwrap(), &Name::parse(name).unwrap()).unwrap()
    }

    /// An empty gateway.
    fn gateway() -> Connection {
        let folder = paths::root().join("migrations/gateway");
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let database = Connection::open_in_memory().unwrap();
        for file in files {
            database.execute_batch(&fs::read_to_string(file).unwrap()).unwrap();
        }
        database
    }

    #[test]
    fn the_statement_adds_an_administrator_to_the_real_tables_once() {
        let database = gateway();
        let (admin, again) = (admin("Ada O'Neill"), admin("Eve"));
        assert_eq!(admin.statement.lines().count(), 1);
        assert!(!admin.statement.contains(&admin.password));
        database.execute_batch(&admin.statement).unwrap();
        let row: [String; 5] = database
            .query_row("select id, email, name, role, password_hash from users", [], |row| {
                Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?])
            })
            .unwrap();
        let [id, email, name, role, hash] = row;
        assert_eq!(Uuid::try_parse(&id).unwrap().get_version_num(), 7);
        assert_eq!([email, name, role], ["ada@example.org", "Ada O'Neill", "admin"]);
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        // If the statement passed and changed nothing, the password shown would be wrong.
        let error = database.execute_batch(&again.statement).unwrap_err().to_string();
        assert!(error.contains("users.email"), "{error}");
    }

    #[test]
    fn every_password_and_every_id_is_another() {
        let (one, other) = (admin("Ada"), admin("Ada"));
        assert!(one.password != other.password && one.statement != other.statement);
        for password in [one.password, other.password] {
            assert_eq!(password.len(), PASSWORD_LENGTH);
            assert!(password.bytes().all(|byte| ALPHABET.contains(&byte)), "{password}");
        }
        assert_ne!(new_id().unwrap(), new_id().unwrap());
    }
}
