//! The lab as a reader uses it, in a real browser.

use std::{
    sync::LazyLock,
    thread,
    time::{Duration, Instant},
};

use headless_chrome::protocol::cdp::{Emulation, Input, Network, types::Method};
use mdbook_steps::Steps;
use records::STEPS;
use serde::Serialize;
use tempfile::TempDir;

use crate::{
    browser::{Browser, Scheme},
    build::build,
    lab::{bind, compile, gzip},
    site::Site,
};

/// How long a reader of a slow machine would wait.
const PATIENCE: Duration = Duration::from_secs(120);
/// What the page has: the lab, its status, and the row of the step of this page, which is the last one.
const SHORT: &str = "const $ = (selector) => document.querySelector(`step-lab ${selector}`);
    const status = () => $('.lab-status').textContent;
    const button = (name) => [...document.querySelectorAll('step-lab button')].find((button) =>
      button.textContent === name || button.getAttribute('aria-label') === name);
    const accuracy = () => parseFloat($('.lab-readings tbody tr:last-child td').textContent);";

/// Digits in three styles: strokes of points, in parts of the pad's side.
const HANDS: &str = include_str!("../../../../crates/playground/tests/hands.json");

/// The book, built once for all tests, with its lab.
static BOOK: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let root = crate::root();
    build(&root.join("book"), Steps::new(&root), &folder.path().join("book"), Some(&root)).expect("the book is built");
    folder
});

/// A page of the book with a lab, over HTTP or from the disk.
struct Reader {
    browser: Browser,
    origin: String,
    _site: Option<Site>,
}

impl Reader {
    fn online() -> Self {
        let site = Site::serve(&BOOK.path().join("book"), 0, false).expect("a server");
        let origin = format!("http://{}/", site.address);
        Self { browser: Browser::start().expect("Chromium"), origin, _site: Some(site) }
    }

    fn from_disk() -> Self {
        let origin = format!("file://{}/", BOOK.path().join("book").display());
        Self { browser: Browser::start().expect("Chromium"), origin, _site: None }
    }

    /// Opens a page, which must not complain.
    fn open(&self, page: &str) {
        let visit = self.browser.visit(&format!("{}{page}", self.origin), Scheme::Light, 1280).expect("a page");
        assert_eq!(visit.errors, [""; 0], "{page}");
        assert!(visit.requests.iter().all(|request| !request.url.contains("payload")), "nothing before the click");
    }

    /// Returns what an expression becomes in the page, as a text.
    #[track_caller]
    fn text(&self, expression: &str) -> String {
        let script = format!("(async () => {{ {SHORT} return String({expression}); }})()");
        self.browser.evaluate(&script).unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    #[track_caller]
    fn number(&self, expression: &str) -> f64 {
        self.text(expression).parse().unwrap_or_else(|_| panic!("{expression} is no number"))
    }

    /// Waits until an expression is true.
    #[track_caller]
    fn wait(&self, condition: &str) {
        let start = Instant::now();
        while self.text(condition) != "true" {
            assert!(start.elapsed() < PATIENCE, "{condition}: {}", self.text("status()"));
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Clicks a button, and waits until a training has ended.
    #[track_caller]
    fn train(&self, name: &str) {
        self.text(&format!("button('{name}').click()"));
        self.wait("/recognises|diverged/.test(status())");
    }

    #[track_caller]
    fn press(&self, keys: &[&str]) {
        for key in keys {
            self.browser.tab.press_key(key).expect("a key");
        }
    }

    /// Returns the first 16 digits of the SHA-256 that the page shows.
    fn fingerprint(&self) -> String {
        self.text("$('.lab-share').textContent.match(/SHA-256 (\\w{16})/)?.[1]")
    }

    /// The console must not have an error, of the page or of a worker.
    fn assert_quiet(&self) {
        assert_eq!(self.browser.complaints(), [""; 0]);
    }
}

/// Returns the SHA-256 of the weights that a step has natively, if they are the same everywhere.
fn native(step: &str, seed: u64) -> Option<String> {
    let (_, fingerprint) = bits::STEPS.iter().find(|(name, _)| *name == step)?;
    Some(fingerprint(seed).iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

#[test]
#[ignore = "needs Chromium and WebAssembly; .ci/run runs it"]
fn each_step_learns_in_its_page_and_gives_the_same_bits_as_natively() {
    let reader = Reader::online();
    for step in &STEPS {
        reader.open(&format!("{}.html", step.name));
        reader.train("Train it here");
        let accuracy = reader.number("accuracy()");
        assert!(accuracy > 85.0, "{}: {accuracy}", step.name);
        match native(step.name, 1) {
            Some(native) => assert_eq!(reader.fingerprint(), native, "{}", step.name),
            None => assert_eq!(reader.fingerprint(), "undefined", "single precision has no such claim"),
        }
        reader.assert_quiet();
    }
}

#[test]
#[ignore = "needs Chromium and WebAssembly; .ci/run runs it"]
fn a_reader_goes_back_in_time_turns_a_knob_and_shares_the_link_from_a_disk() {
    let reader = Reader::from_disk();
    reader.open("momentum.html");
    assert_eq!(reader.text("getComputedStyle($('figure.chart')).display"), "block", "the record is seen first");
    reader.train("Train it here");
    let end = reader.number("accuracy()");
    // Back to before the first example, and a moment on.
    reader.text("button('to the start').click()");
    assert!(reader.number("accuracy()") < 40.0);
    assert_eq!(reader.text("$('[type=range]').getAttribute('aria-valuetext')"), "before the first example");
    reader.text("button('one moment on').click()");
    assert_eq!(reader.text("$('[type=range]').getAttribute('aria-valuetext')"), "after 1 example");
    // It plays to the end by itself, and can be paused.
    reader.text("button('play').click()");
    reader.wait("Number($('[type=range]').value) > 3");
    reader.text("button('pause').click()");
    let paused = reader.number("$('[type=range]').value");
    thread::sleep(Duration::from_millis(300));
    assert_eq!(reader.number("$('[type=range]').value"), paused);
    // Another setting, another network; its link and its command.
    reader.text("button('halve learning_rate').click()");
    reader.train("Train");
    assert_eq!(
        reader.text("$('.lab-share code').textContent"),
        "cargo run -p momentum -- --seed 1 --learning-rate 0.025"
    );
    let (changed, fingerprint) = (reader.number("accuracy()"), reader.fingerprint());
    let link = reader.text("$('.lab-share a').href");
    reader.text("button('Back to its own settings').click()");
    reader.train("Train");
    assert_eq!((reader.number("accuracy()"), reader.fingerprint()), (end, native("momentum", 1).expect("a step")));
    // The link gives the same bits again.
    reader.open(link.strip_prefix(&reader.origin).expect("a page of the book"));
    assert!(reader.text("$('.lab-invitation').textContent").contains("seed 1, learning_rate 0.025"));
    reader.train("Train it here");
    assert_eq!((reader.number("accuracy()"), reader.fingerprint()), (changed, fingerprint));
    reader.assert_quiet();
}

#[test]
#[ignore = "needs Chromium and WebAssembly; .ci/run runs it"]
fn the_panels_show_weights_mistakes_and_one_digit() {
    let reader = Reader::online();
    reader.open("tanh-softmax.html");
    reader.train("Train it here");
    reader.text("document.querySelectorAll('step-lab details').forEach((panel) => { panel.open = true; })");
    reader.wait("document.querySelectorAll('.lab-confusion button').length >= 10");
    let counts = "[...document.querySelectorAll('.lab-confusion button')]";
    let sum = "reduce((sum, button) => sum + Number(button.textContent), 0)";
    assert_eq!(reader.number(&format!("{counts}.{sum}")), 450.0);
    let right = format!("{counts}.filter((button) => button.className === 'right').{sum}");
    assert_eq!((reader.number(&right) / 4.5 * 10.0).round() / 10.0, reader.number("accuracy()"));
    // A mistake, and from there the microscope.
    reader.text(&format!("{counts}.find((button) => button.className === 'wrong').click()"));
    reader.wait("$('.lab-digits .lab-example') !== null");
    reader.text("$('.lab-digits .lab-example').click()");
    reader.wait("/a mistake/.test($('.lab-microscope')?.textContent)");
    let outputs = "[...document.querySelectorAll('.lab-microscope tbody tr')].map((row) =>
        Number(row.cells[2].textContent.replace('−', '-')))";
    let sum = reader.number(&format!("{outputs}.reduce((sum, output) => sum + output, 0)"));
    assert!((sum - 1.0).abs() < 0.01, "probabilities: {sum}");
    // The weights at the start are steep: tiles are marked, and the keys go from one to the next.
    reader.text("button('to the start').click()");
    assert_eq!(reader.number("document.querySelectorAll('.lab-tile').length"), 100.0);
    reader.text("$('.lab-tile').click()");
    reader.press(&["ArrowRight"]);
    assert!(reader.text("document.activeElement.getAttribute('aria-label')").starts_with("unit 1"));
    reader.wait("document.activeElement.getAttribute('aria-label').includes('strongest for')");
    reader.assert_quiet();
}

#[test]
#[ignore = "needs Chromium and WebAssembly; .ci/run runs it"]
fn what_is_broken_is_told_in_words_and_mended() {
    let reader = Reader::online();
    reader.open("momentum.html");
    reader.train("Train it here");
    let sound = reader.number("accuracy()");
    reader.train("all weights equal");
    for part in ["than without the change", "Random weights undo it"] {
        assert!(reader.text("status()").contains(part), "{}", reader.text("status()"));
    }
    assert_eq!(reader.number("document.querySelectorAll('.lab-readings tbody tr').length"), 2.0);
    assert!(reader.number("accuracy()") < sound);
    assert_eq!(reader.text("$('.lab-share code')"), "null", "no command does that");
    reader.train("Mend it");
    reader.text("$('.lab-knob input[aria-label^=learning_rate]').value = '1e300'");
    reader.train("Train");
    for part in ["diverged: after", "A smaller learning rate undoes it."] {
        assert!(reader.text("status()").contains(part), "{}", reader.text("status()"));
    }
    assert_eq!(reader.text("$('.lab-readings tbody tr:last-child td').textContent"), "diverged");
    reader.text("$('.lab-knob input[aria-label^=learning_rate]').value = 'much'");
    reader.text("button('Train').click()");
    reader.wait("status().includes('\"much\" is not a finite number')");
    reader.train("Mend it");
    assert_eq!(reader.number("accuracy()"), sound);
    // A worker that has trapped is dropped, and the next training has a new one.
    reader.text("button('Train').click()");
    reader.text("document.querySelector('step-lab').content.trainers[0].hear({ fatal: true, error: 'unreachable' })");
    reader.wait("status().startsWith('unreachable') && status().includes('a new worker')");
    reader.train("Train");
    assert_eq!(reader.number("accuracy()"), sound);
    reader.assert_quiet();
}

#[test]
#[ignore = "needs Chromium and WebAssembly; .ci/run runs it"]
fn a_guess_is_asked_for_first_and_answered() {
    let reader = Reader::online();
    reader.open("init-shuffle.html?lab=init-shuffle&guess&seed=4");
    reader.text("button('Train it here').click()");
    reader.wait("document.activeElement === $('.lab-guess input')");
    reader.browser.tab.type_str("90").expect("a guess");
    reader.train("Train");
    assert!(reader.text("status()").starts_with("Your guess was 90 %; it is 9"), "{}", reader.text("status()"));
}

#[test]
#[ignore = "needs Chromium and WebAssembly; .ci/run runs it"]
fn the_keyboard_is_enough() {
    let reader = Reader::online();
    reader.open("regularized.html");
    reader.text("button('Train it here').focus()");
    reader.press(&["Enter"]);
    reader.wait("/recognises/.test(status())");
    reader.wait("document.activeElement.textContent === 'Train'");
    // To the slider by Tab alone, and back in time by an arrow.
    for _ in 0..20 {
        if reader.text("document.activeElement.type") == "range" {
            break;
        }
        reader.press(&["Tab"]);
    }
    let end = reader.number("document.activeElement.value");
    reader.press(&["ArrowLeft", "ArrowLeft"]);
    assert_eq!(reader.number("$('[type=range]').value"), end - 2.0);
    reader.press(&["Home"]);
    assert_eq!(reader.text("document.activeElement.getAttribute('aria-valuetext')"), "before the first example");
    reader.assert_quiet();
}

#[test]
#[ignore = "needs Chromium and WebAssembly; .ci/run runs it"]
fn all_steps_race_on_one_page() {
    let reader = Reader::online();
    reader.open("lab.html");
    reader.train("Let all steps race");
    let rows = "[...document.querySelectorAll('.lab-readings tbody tr')]";
    let names = reader.text(&format!("{rows}.map((row) => row.cells[0].textContent)"));
    assert_eq!(names, STEPS.each_ref().map(|step| step.name).join(","));
    let least = reader.number(&format!("Math.min(...{rows}.map((row) => parseFloat(row.cells[1].textContent)))"));
    assert!(least > 85.0, "{least}");
    reader.assert_quiet();
}

#[test]
#[ignore = "needs Chromium and WebAssembly; .ci/run runs it"]
fn without_the_payload_the_page_says_so_and_tries_again() {
    let reader = Reader::online();
    reader.open("momentum.html");
    let block = |patterns: &[&str]| {
        let urls = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        reader.browser.tab.call_method(Network::SetBlockedURLs { urls }).expect("a browser");
    };
    block(&["*payload*"]);
    reader.text("button('Train it here').click()");
    reader.wait("status().includes('could not be loaded')");
    assert_eq!(reader.text("getComputedStyle($('figure.chart')).display"), "block", "the record is still seen");
    block(&[]);
    reader.train("Train it here");
    assert!(reader.number("accuracy()") > 90.0);
}

#[test]
#[ignore = "needs Chromium and WebAssembly; .ci/run runs it"]
fn without_scripts_there_is_the_picture_from_the_record() {
    let reader = Reader::online();
    let disable = |value| {
        reader.browser.tab.call_method(Emulation::SetScriptExecutionDisabled { value }).expect("a browser");
    };
    disable(true);
    reader.open("momentum.html");
    assert_eq!(reader.text("getComputedStyle($('figure.chart')).display"), "block");
    assert_eq!(reader.text("document.querySelectorAll('step-lab button').length"), "0");
    disable(false);
}

/// A device that draws.
#[derive(Clone, Copy, Debug)]
enum Device {
    Mouse,
    Pen,
    Finger,
}

impl Device {
    /// Draws a line through points of the page.
    fn draw(self, reader: &Reader, points: &[(f64, f64)]) {
        use Input::{DispatchMouseEventTypeOption as Mouse, DispatchTouchEventTypeOption as Touch};
        let ends = [points.first(), points.last()].map(|point| *point.expect("a point"));
        let moves = points.iter().map(|point| (Mouse::MouseMoved, Touch::TouchMove, *point));
        let down = (Mouse::MousePressed, Touch::TouchStart, ends[0]);
        for (mouse, touch, (x, y)) in
            [down].into_iter().chain(moves).chain([(Mouse::MouseReleased, Touch::TouchEnd, ends[1])])
        {
            let lifted = touch == Touch::TouchEnd;
            if let Self::Finger = self {
                let point = serde_json::from_value(serde_json::json!({ "x": x, "y": y })).expect("a point");
                let touch_points = if lifted { vec![] } else { vec![point] };
                let event = Input::DispatchTouchEvent { Type: touch, touch_points, modifiers: None, timestamp: None };
                reader.browser.tab.call_method(event).expect("a touch");
                continue;
            }
            let pointer = if matches!(self, Self::Pen) { "pen" } else { "mouse" };
            let event = serde_json::json!({
                "type": mouse, "x": x, "y": y, "button": "left", "buttons": u8::from(!lifted), "clickCount": 1,
                "pointerType": pointer,
            });
            let event: Input::DispatchMouseEvent = serde_json::from_value(event).expect("an event");
            reader.browser.tab.call_method(event).expect("a move");
        }
    }
}

#[test]
#[ignore = "needs Chromium and WebAssembly; .ci/run runs it"]
fn the_networks_read_what_a_mouse_a_pen_and_a_finger_draw() {
    let reader = Reader::from_disk();
    reader.open("lab.html");
    reader.text("document.querySelector('digit-pad button').click()");
    let status = "document.querySelector('digit-pad .lab-status').textContent";
    reader.wait(&format!("{status}.startsWith('Draw')"));
    let enabled = Emulation::SetTouchEmulationEnabled { enabled: true, max_touch_points: None };
    reader.browser.tab.call_method(enabled).expect("a browser");
    reader.text("document.querySelector('.lab-pad').scrollIntoView({ block: 'center' })");
    let place =
        |side: &str| reader.number(&format!("document.querySelector('.lab-pad').getBoundingClientRect().{side}"));
    let (left, top, side) = (place("left"), place("top"), place("width"));
    let hands: serde_json::Value = serde_json::from_str(HANDS).expect("drawings");
    for (hand, device) in hands.as_array().expect("hands").iter().zip([Device::Mouse, Device::Finger, Device::Pen]) {
        let digits: Vec<Vec<Vec<(f64, f64)>>> = serde_json::from_value(hand["digits"].clone()).expect("strokes");
        let mut read = [0; 2];
        for (digit, strokes) in digits.iter().enumerate() {
            for stroke in strokes {
                let on_page = stroke.iter().map(|(x, y)| (left + x * side, top + y * side));
                device.draw(&reader, &Vec::from_iter(on_page));
            }
            reader.wait("!document.querySelector('digit-pad').content.asking");
            for (read, step) in read.iter_mut().zip(["init-shuffle", "distortions"]) {
                let row = STEPS.iter().position(|known| known.name == step).expect("a step");
                let answer = format!("document.querySelectorAll('digit-pad tbody tr')[{row}].cells[1].textContent");
                *read += u32::from(reader.text(&answer) == digit.to_string());
            }
            reader.text("document.querySelector('digit-pad .lab-bar button').click()");
            reader.wait("document.querySelector('.lab-seen').childElementCount === 0");
        }
        assert!(read.iter().all(|read| *read >= 8), "{device:?}: {read:?} of 10");
    }
    // Too little to be a digit, and a line that is drawn with the keys.
    Device::Mouse.draw(&reader, &[(left + 0.5 * side, top + 0.5 * side)]);
    reader.wait(&format!("{status} === 'That is too little to be a digit.'"));
    reader.press(&["Escape", "ArrowUp", " "]);
    reader.press(&["ArrowDown"; 10]);
    reader.press(&[" "]);
    reader.wait(&format!("/ say 1/.test({status})"));
    reader.assert_quiet();
}

/// What a screen reader is told. headless_chrome's own type lacks words of newer browsers.
#[derive(Debug, Serialize)]
struct AccessibilityTree {}

impl Method for AccessibilityTree {
    const NAME: &'static str = "Accessibility.getFullAXTree";
    type ReturnObject = serde_json::Value;
}

#[test]
#[ignore = "needs Chromium and WebAssembly; .ci/run runs it"]
fn the_open_lab_is_legible_fits_and_names_its_controls() {
    let reader = Reader::online();
    for (scheme, width) in [(Scheme::Light, 1280), (Scheme::Dark, 390)] {
        let url = format!("{}momentum.html", reader.origin);
        reader.browser.visit(&url, scheme, width).expect("a page");
        reader.train("Train it here");
        reader.text("document.querySelectorAll('step-lab details').forEach((panel) => { panel.open = true; })");
        reader.wait("$('.lab-confusion') !== null");
        let look = reader.browser.evaluate(include_str!("../look.js")).expect("a look");
        let look: serde_json::Value = serde_json::from_str(&look).expect("JSON");
        assert_eq!(look["faint"], serde_json::json!([]), "{scheme:?}");
        assert_eq!(look["wide"], serde_json::json!([]), "{width}");
    }
    let tree = reader.browser.tab.call_method(AccessibilityTree {}).expect("a tree");
    let text = |value: &serde_json::Value| value["value"].as_str().unwrap_or_default().to_owned();
    let controls = ["button", "checkbox", "combobox", "option", "slider", "spinbutton", "textbox"];
    let named = tree["nodes"].as_array().expect("nodes").iter();
    let named = named.map(|node| (text(&node["role"]), text(&node["name"])));
    let named = Vec::from_iter(named.filter(|(role, _)| controls.contains(&&**role)));
    assert!(named.len() > 150, "a control for each setting and each tile: {}", named.len());
    let without = Vec::from_iter(named.iter().filter(|(_, name)| name.is_empty()));
    assert!(without.is_empty(), "{without:?}");
    assert_eq!(reader.text("document.querySelectorAll('.lab [role=img]:not([aria-label])').length"), "0");
}

#[test]
#[ignore = "needs WebAssembly; .ci/run runs it"]
fn the_code_is_small() {
    let (glue, wasm) = bind(&compile(&crate::root()).expect("a module")).expect("functions");
    let size = gzip(&wasm).len() + gzip(glue.as_bytes()).len();
    assert!(size < 300_000, "{size} bytes");
}
