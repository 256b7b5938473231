// What the playground adds to simcord's page: relative times that tick, a tab named after its viewer,
// and a conversation that opens at its newest message and follows it.

// The page writes "in 20 seconds" once, when a message is drawn; on Discord the words follow the clock.
const RELATIVE = /^(in .+|.+ ago|now|this .+|next .+|last .+|tomorrow|yesterday)$/;
const UNITS = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 7],
  ["week", Infinity],
];
const words = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });

function relative(milliseconds) {
  let amount = milliseconds / 1000;
  for (const [unit, next] of UNITS) {
    if (Math.abs(amount) < next) return words.format(Math.round(amount), unit);
    amount /= next;
  }
  return "";
}

function tickTimes() {
  for (const time of document.querySelectorAll("time.discord-timestamp[datetime]")) {
    if (!RELATIVE.test(time.textContent)) continue;
    const text = relative(new Date(time.dateTime).getTime() - Date.now());
    if (text && text !== time.textContent) time.textContent = text;
  }
}

function viewerName() {
  return document.getElementById("viewer-picker")?.selectedOptions[0]?.textContent?.trim() ?? "";
}

function nameTab() {
  const viewer = viewerName();
  const title = viewer ? `${viewer} · Footnote playground` : "Footnote playground";
  if (title !== document.title) document.title = title;
}

// Opened on a full channel, or seen with another person's eyes, the page would stay at an older message.
let shownTo = null;
function openAtNewest() {
  const busy = document.getElementById("preview-app")?.getAttribute("aria-busy") !== "false";
  const timeline = document.getElementById("channel-timeline");
  const viewer = viewerName();
  if (busy || !viewer || viewer === shownTo) return;
  shownTo = viewer;
  timeline.scrollTop = timeline.scrollHeight;
}

setInterval(() => {
  tickTimes();
  nameTab();
  openAtNewest();
}, 200);
