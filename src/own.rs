//! Our own values, as a bank's form or request wants them: a gateway lists names and which value stands under each.

use crate::account::{Account, Mode};
use crate::payment::{Intent, Order};
use crate::text::{Keep, Text, digits};

/// A value that the order or the account has.
#[derive(Clone, Copy, Debug)]
pub enum Own {
    /// The number under which the bank knows the account.
    AccountId,
    /// A value of `merchant`, by its key.
    Merchant(&'static str),
    /// The order's id.
    Id,
    /// The amount in decimals.
    Decimal,
    /// The amount in minor units.
    Minor,
    /// The currency's three digits.
    CurrencyDigits,
    /// How many instalments; empty for a single payment.
    Installments,
    /// Where the browser goes after a success.
    OkUrl,
    /// Where it goes after a failure.
    FailUrl,
    /// Where the bank sends its own copy.
    NotifyUrl,
    /// The language of the bank's page.
    Language,
    /// The bank's own word for the model.
    Model,
    /// The customer's address.
    Ip,
    /// What the bank calls a sale and a pre-authorisation.
    Type(&'static str, &'static str),
    /// What it calls production and test.
    Mode(&'static str, &'static str),
    /// Always this.
    Always(&'static str),
}

impl Own {
    /// The value.
    #[inline(never)]
    pub fn of(self, account: &Account, order: &Order) -> Text {
        let borrowed = match self {
            Own::AccountId => account.id(),
            Own::Merchant(key) => account.merchant(key),
            Own::Id => order.id,
            Own::Decimal => return order.amount.to_decimal(order.currency),
            Own::Minor => return digits(order.amount.minor()),
            Own::CurrencyDigits => return order.currency.digits(),
            Own::Installments if order.installments > 1 => return digits(order.installments),
            Own::Installments => return "",
            Own::OkUrl => order.urls.ok,
            Own::FailUrl => order.urls.fail,
            Own::NotifyUrl => order.urls.notify,
            Own::Language => return order.customer.language.letters(),
            Own::Model => order.model,
            Own::Ip => order.customer.ip,
            Own::Type(sale, preauth) => return if order.intent == Intent::Sale { sale } else { preauth },
            Own::Mode(production, test) => return if account.mode == Mode::Production { production } else { test },
            Own::Always(text) => return text,
        };
        borrowed.kept()
    }
}
