//! Pages in a real browser: what they load, what they complain of, how they look.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use headless_chrome::{
    LaunchOptions, Tab,
    browser::default_executable,
    protocol::cdp::{Emulation, Log, Network, Page, Runtime, types::Event},
};
use mdbook_driver::errors::Error as Problem;

use crate::error::Error;

/// How long a page may take to load. A machine with other work to do needs some of it.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long Ctrl-C may go unnoticed while a page loads.
const PULSE: Duration = Duration::from_millis(100);
/// No name leads anywhere, so that a request that leaves the site is seen, and goes nowhere.
const NO_NAMES: &str = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1";
const ARGUMENTS: [&str; 4] = ["--disable-quic", "--disable-component-update", "--hide-scrollbars", NO_NAMES];
/// How high a window is, in CSS pixels.
const HEIGHT: u32 = 800;
/// How much of a page is drawn at once: the most that Chromium can.
const MAX_PICTURE: u32 = 16_000;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Whether Ctrl-C was pressed, or a signal asked the program to end, while there was a browser.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// What the reader's system prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Light,
    Dark,
}

impl Scheme {
    /// Its name in CSS.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// What happened while a page was loaded.
#[derive(Debug, Default)]
pub struct Visit {
    /// What was asked for.
    pub requests: Vec<Request>,
    /// The errors on the console, and exceptions that nothing caught.
    pub errors: Vec<String>,
}

/// Something that a page asked for.
#[derive(Debug)]
pub struct Request {
    pub url: String,
    /// Bytes that came, as they came; 0 while none have.
    pub bytes: f64,
    /// Why it has failed, if it has.
    pub failure: Option<String>,
    done: bool,
}

/// A browser without a window.
pub struct Browser {
    pub tab: Arc<Tab>,
    events: Receiver<Event>,
    // Ends with this value.
    _process: headless_chrome::Browser,
}

impl Browser {
    /// Start the one that is installed, or that `CHROME` names.
    ///
    /// # Errors
    ///
    /// If there is none, or it does not start.
    pub fn start() -> Result<Self, Error> {
        // A program that a signal ends at once would leave the browser behind. A second handler is refused, which is as
        // well: the first does the same.
        let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
        let path = default_executable().map_err(|_| Error::NoBrowser)?;
        let options = LaunchOptions {
            path: Some(path.clone()),
            sandbox: !is_root(),
            args: ARGUMENTS.map(OsStr::new).to_vec(),
            idle_browser_timeout: Duration::from_secs(600),
            ..LaunchOptions::default()
        };
        Self::with_options(options).map_err(|problem| Error::Start { path, problem })
    }

    fn with_options(options: LaunchOptions) -> Result<Self, Problem> {
        let process = headless_chrome::Browser::new(options)?;
        let tab = process.new_tab()?;
        let (sender, events) = mpsc::channel();
        tab.add_event_listener(Arc::new(move |event: &Event| {
            // Nobody listens any more when the browser is ended.
            let _ = sender.send(event.clone());
        }))?;
        tab.call_method(Network::Enable {
            max_total_buffer_size: None,
            max_resource_buffer_size: None,
            max_post_data_size: None,
            report_direct_socket_traffic: None,
            enable_durable_messages: None,
        })?;
        tab.call_method(Network::SetCacheDisabled { cache_disabled: true })?;
        tab.call_method(Log::Enable(None))?;
        tab.call_method(Runtime::Enable(None))?;
        Ok(Self { tab, events, _process: process })
    }

    /// Load the page at `url` into a window of `width` CSS pixels, on a system that prefers `scheme`.
    ///
    /// # Errors
    ///
    /// If it cannot be loaded, or not in time.
    pub fn visit(&self, url: &str, scheme: Scheme, width: u32) -> Result<Visit, Error> {
        self.load(url, scheme, width).map_err(|problem| Error::Page { url: url.to_owned(), problem })
    }

    fn load(&self, url: &str, scheme: Scheme, width: u32) -> Result<Visit, Problem> {
        self.tab.call_method(Emulation::SetEmulatedMedia {
            media: None,
            features: Some(vec![Emulation::MediaFeature {
                name: "prefers-color-scheme".to_owned(),
                value: scheme.name().to_owned(),
            }]),
        })?;
        self.resize(width, HEIGHT)?;
        // What the page before was still telling.
        while self.events.try_recv().is_ok() {}
        let navigation = self.tab.call_method(Page::Navigate {
            url: url.to_owned(),
            referrer: None,
            transition_Type: None,
            frame_id: None,
            referrer_policy: None,
        })?;
        if let Some(error) = navigation.error_text {
            return Err(Problem::msg(error));
        }
        let (mut requests, mut errors, mut loaded) = (BTreeMap::<String, Request>::new(), Vec::new(), false);
        let deadline = Instant::now() + PATIENCE;
        while !loaded || requests.values().any(|request| !request.done) {
            if interrupted() {
                return Err(Problem::msg("interrupted"));
            }
            let event = match self.events.recv_timeout(PULSE) {
                Ok(event) => event,
                Err(RecvTimeoutError::Timeout) if Instant::now() < deadline => continue,
                Err(RecvTimeoutError::Timeout) => {
                    let waiting = requests.values().find(|request| !request.done);
                    let waiting = waiting.map_or("its load event", |request| &request.url);
                    return Err(Problem::msg(format!(
                        "after {} seconds it still waits for {waiting}",
                        PATIENCE.as_secs()
                    )));
                }
                Err(RecvTimeoutError::Disconnected) => return Err(Problem::msg("the browser has ended")),
            };
            match event {
                Event::PageLifecycleEvent(event) => {
                    loaded |= event.params.name == "load" && Some(event.params.loader_id) == navigation.loader_id;
                }
                Event::NetworkRequestWillBeSent(event) => {
                    let url = event.params.request.url;
                    // What is in the page itself is not loaded.
                    let done = url.starts_with("data:") || url.starts_with("blob:");
                    requests.insert(event.params.request_id, Request { url, bytes: 0.0, failure: None, done });
                }
                Event::NetworkResponseReceived(event) if event.params.response.status >= 400 => {
                    if let Some(request) = requests.get_mut(&event.params.request_id) {
                        request.failure = Some(format!("status {}", event.params.response.status));
                    }
                }
                Event::NetworkLoadingFinished(event) => {
                    if let Some(request) = requests.get_mut(&event.params.request_id) {
                        (request.bytes, request.done) = (event.params.encoded_data_length, true);
                    }
                }
                Event::NetworkLoadingFailed(event) => {
                    if let Some(request) = requests.get_mut(&event.params.request_id) {
                        (request.failure, request.done) = (Some(event.params.error_text), true);
                    }
                }
                event => errors.extend(complaint(event)),
            }
        }
        Ok(Visit { requests: requests.into_values().collect(), errors })
    }

    /// What `script` gives in the page that was loaded last, as the string that it, or its promise, becomes.
    ///
    /// # Errors
    ///
    /// If the script throws, or gives no string.
    pub fn evaluate(&self, script: &str) -> Result<String, Error> {
        let value = self.tab.evaluate(script, true).and_then(|result| match result.value {
            Some(serde_json::Value::String(value)) => Ok(value),
            _ => Err(Problem::msg(result.description.unwrap_or_else(|| "the script gives no string".to_owned()))),
        });
        value.map_err(|problem| Error::Page { url: self.tab.get_url(), problem })
    }

    /// What was complained of since the page was loaded, or since this was asked for.
    #[cfg(test)]
    pub fn complaints(&self) -> Vec<String> {
        self.events.try_iter().filter_map(complaint).collect()
    }

    /// PNG images of all of the page that was loaded last, from top to bottom; more than one if it is too long for one.
    ///
    /// # Errors
    ///
    /// If the browser cannot draw it.
    pub fn pictures(&self, width: u32) -> Result<Vec<Vec<u8>>, Error> {
        let height = self.evaluate("String(document.documentElement.scrollHeight)")?.parse().unwrap_or(HEIGHT);
        let picture = |top: u32| {
            self.tab.call_method(Page::CaptureScreenshot {
                format: Some(Page::CaptureScreenshotFormatOption::Png),
                quality: None,
                clip: Some(Page::Viewport {
                    x: 0.0,
                    y: top.into(),
                    width: width.into(),
                    height: (height - top).min(MAX_PICTURE).into(),
                    scale: 1.0,
                }),
                from_surface: Some(true),
                capture_beyond_viewport: Some(true),
                optimize_for_speed: None,
            })
        };
        let base64 = |data: String| base64::Engine::decode(&base64::prelude::BASE64_STANDARD, data);
        let drawn = (0..height).step_by(MAX_PICTURE as usize).map(|top| Ok(base64(picture(top)?.data)?));
        drawn.collect::<Result<_, Problem>>().map_err(|problem| Error::Page { url: self.tab.get_url(), problem })
    }

    fn resize(&self, width: u32, height: u32) -> Result<(), Problem> {
        self.tab.call_method(Emulation::SetDeviceMetricsOverride {
            width,
            height,
            device_scale_factor: 1.0,
            mobile: false,
            scale: None,
            screen_width: None,
            screen_height: None,
            position_x: None,
            position_y: None,
            dont_set_visible_size: None,
            screen_orientation: None,
            viewport: None,
            display_feature: None,
            device_posture: None,
        })?;
        Ok(())
    }
}

/// The error that a page has told by `event`, if it has.
fn complaint(event: Event) -> Option<String> {
    match event {
        Event::RuntimeConsoleAPICalled(event) => {
            use Runtime::ConsoleAPICalledEventTypeOption::{Assert, Error};
            let text = |argument: &Runtime::RemoteObject| match &argument.value {
                Some(serde_json::Value::String(text)) => text.clone(),
                Some(value) => value.to_string(),
                None => argument.description.clone().unwrap_or_default(),
            };
            let is_error = matches!(event.params.Type, Error | Assert);
            is_error.then(|| event.params.args.iter().map(text).collect::<Vec<_>>().join(" "))
        }
        Event::RuntimeExceptionThrown(event) => {
            let details = event.params.exception_details;
            Some(details.exception.and_then(|exception| exception.description).unwrap_or(details.text))
        }
        // Requests that failed are told with the requests.
        Event::LogEntryAdded(event) => {
            let entry = event.params.entry;
            let new = entry.level == Log::LogEntryLevel::Error && entry.source != Log::LogEntrySource::Network;
            new.then_some(entry.text)
        }
        _ => None,
    }
}

/// Whether Chromium's sandbox refuses to start.
fn is_root() -> bool {
    #[cfg(unix)]
    return rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    return false;
}
