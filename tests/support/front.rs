//! Speaks TLS in front of a server that does not.

use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A front, vouched for by itself.
pub struct Front {
    /// `https://localhost:...`
    pub origin: String,
    /// Its certificate.
    pub authority: Vec<u8>,
    /// The protocols that were agreed on.
    pub spoken: Arc<Mutex<Vec<String>>>,
}

impl Front {
    /// Its certificate as programs read it from files: RFC 7468.
    pub fn authority_as_pem(&self) -> String {
        let text = base64_simd::STANDARD.encode_to_string(&self.authority);
        let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    /// In front of `upstream`, an address like `127.0.0.1:80`. Offers these protocols, by their names in TLS, and hands on
    /// whatever is spoken: `h2` is for those who should not take it up.
    pub async fn of(upstream: String, protocols: &[&str]) -> Self {
        let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let authority = own.cert.der().to_vec();
        let signing = PrivateKeyDer::Pkcs8(own.signing_key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], signing)
            .unwrap();
        tls.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        let listener = TcpListener::bind("localhost:0").await.unwrap();
        let origin = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let spoken = Arc::<Mutex<Vec<String>>>::default();
        let log = spoken.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, upstream, log) = (acceptor.clone(), upstream.clone(), log.clone());
                tokio::spawn(async move { drop(serve(acceptor, stream, &upstream, &log).await) });
            }
        });
        Self { origin, authority, spoken }
    }
}

/// One connection, on which one request comes: says so to the server behind, and hands on what follows.
async fn serve(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    upstream: &str,
    log: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut outside = acceptor.accept(stream).await?;
    let agreed = outside.get_ref().1.alpn_protocol().unwrap_or(b"http/1.1");
    log.lock().unwrap().push(String::from_utf8_lossy(agreed).into_owned());
    let mut inside = TcpStream::connect(upstream).await?;
    inside.set_nodelay(true)?;
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        line.push(outside.read_u8().await?);
    }
    line.extend_from_slice(b"x-forwarded-proto: https\r\n");
    inside.write_all(&line).await?;
    copy_bidirectional(&mut outside, &mut inside).await?;
    outside.shutdown().await
}
