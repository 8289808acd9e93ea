//! The rows that the generator writes for the macros of the client.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Token, braced, bracketed, parenthesized};

/// `Order { id "id" required = "a", … } extra`: the fields of a record.
pub struct Record {
    pub name: Ident,
    /// Its name in Rust, its name on the wire, and the kind by which it is read.
    pub fields: Vec<[String; 3]>,
}

impl Parse for Record {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = Ident::parse_any(input)?;
        let rows;
        braced!(rows in input);
        let mut fields = Vec::new();
        while !rows.is_empty() {
            let field = Ident::parse_any(&rows)?.to_string();
            let wire: LitStr = rows.parse()?;
            let kind = Ident::parse_any(&rows)?.to_string();
            if rows.parse::<Option<Token![=]>>()?.is_some() {
                rows.parse::<syn::Expr>()?;
            }
            fields.push([field, wire.value(), kind]);
            rows.parse::<Option<Token![,]>>()?;
        }
        input.parse::<TokenStream>()?;
        Ok(Self { name, fields })
    }
}

/// `Status { Open = "open", … }`: the values of an open enum.
pub struct Values {
    pub name: Ident,
    /// The variant, and the value on the wire.
    pub values: Vec<[String; 2]>,
}

impl Parse for Values {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = Ident::parse_any(input)?;
        let rows;
        braced!(rows in input);
        let mut values = Vec::new();
        while !rows.is_empty() {
            let variant = Ident::parse_any(&rows)?.to_string();
            rows.parse::<Token![=]>()?;
            values.push([variant, rows.parse::<LitStr>()?.value()]);
            rows.parse::<Option<Token![,]>>()?;
        }
        Ok(Self { name, values })
    }
}

/// `Channel { Id(ChannelId) ["id"] {}, … }`: the types of a union.
pub struct Union {
    pub name: Ident,
    /// The variant, and what its value is known by.
    pub variants: Vec<[String; 2]>,
}

impl Parse for Union {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = Ident::parse_any(input)?;
        let rows;
        braced!(rows in input);
        let mut variants = Vec::new();
        while !rows.is_empty() {
            let variant = Ident::parse_any(&rows)?.to_string();
            let (held, required, tags);
            parenthesized!(held in rows);
            held.parse::<TokenStream>()?;
            bracketed!(required in rows);
            braced!(tags in rows);
            let required = required.parse::<TokenStream>()?;
            let tags = tags.parse::<TokenStream>()?;
            let known_by = [required.to_string(), tags.to_string()];
            let known_by = known_by.iter().filter(|part| !part.is_empty());
            let known_by: Vec<&str> = known_by.map(String::as_str).collect();
            variants.push([variant, known_by.join("; ")]);
            rows.parse::<Option<Token![,]>>()?;
        }
        Ok(Self { name, variants })
    }
}

/// `BillCreated "bill.created" "A bill is new." Bill["wms"]; …`: the events.
pub struct Events(pub Vec<Event>);

/// One event.
pub struct Event {
    pub variant: String,
    pub wire: String,
    pub data: String,
    pub features: Vec<String>,
}

impl Parse for Events {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut events = Vec::new();
        while !input.is_empty() {
            let variant = Ident::parse_any(input)?.to_string();
            let wire = input.parse::<LitStr>()?.value();
            input.parse::<LitStr>()?;
            let data = Ident::parse_any(input)?.to_string();
            let mut features = Vec::new();
            if input.peek(syn::token::Bracket) {
                let areas;
                bracketed!(areas in input);
                let areas = areas.parse_terminated(<LitStr as Parse>::parse, Token![,])?;
                features.extend(areas.iter().map(LitStr::value));
            }
            input.parse::<Token![;]>()?;
            events.push(Event {
                variant,
                wire,
                data,
                features,
            });
        }
        Ok(Self(events))
    }
}

/// `ListOrders LIST_ORDERS record but "/orders/meta" { status "status" filter(…), … }`: the conditions of a mock.
pub struct Matchers {
    pub builder: Ident,
    /// The condition's name in Rust, and the parameter's on the wire.
    pub conditions: Vec<[String; 2]>,
}

impl Parse for Matchers {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let builder = Ident::parse_any(input)?;
        while !input.peek(syn::token::Brace) {
            input.parse::<TokenTree>()?;
        }
        let rows;
        braced!(rows in input);
        let mut conditions = Vec::new();
        while !rows.is_empty() {
            let name = Ident::parse_any(&rows)?.to_string();
            let wire = rows.parse::<LitStr>()?.value();
            Ident::parse_any(&rows)?;
            rows.parse::<TokenTree>()?;
            conditions.push([name, wire]);
            rows.parse::<Option<Token![,]>>()?;
        }
        Ok(Self {
            builder,
            conditions,
        })
    }
}

/// `list_orders list_orders_pages ListOrders => …`: the methods by which an operation is mocked.
pub struct Mocks {
    /// The methods; then the builder.
    pub names: Vec<String>,
}

impl Parse for Mocks {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut names = Vec::new();
        while !input.peek(Token![=>]) {
            names.push(Ident::parse_any(input)?.to_string());
        }
        input.parse::<TokenStream>()?;
        Ok(Self { names })
    }
}
