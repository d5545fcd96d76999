import type { Timeline } from './simulate.ts';
import type { Trace } from './trace.ts';

/** One scaler's panel of a picture. */
export interface Panel {
  name: string;
  /** Said beside the name. */
  note: string;
  timeline: Timeline;
}

const width = 860;
const left = 58;
const right = 18;
const top = 74;
const panelHeight = 62;
const gap = 30;
const plotWidth = width - left - right;

/**
 * Draws a trace as SVG: a panel a scaler, its workers over the work that arrives, each to its own scale. Colours follow
 * the reader's light or dark scheme.
 */
export function drawPicture(trace: Trace, panels: readonly Panel[]): string {
  const height = top + panels.length * (panelHeight + gap) + 34;
  const arriving = workArriving(trace, panels[0]?.timeline.workers.length ?? 1);
  const body = panels.map((panel, index) =>
    drawPanel(panel, { y: top + index * (panelHeight + gap), arriving, isOurs: index === 0 }),
  );
  const bottom = top + panels.length * (panelHeight + gap) - gap;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(trace.title)}">
<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328; }
.title { font-size: 15px; font-weight: 600; }
.small { font-size: 11px; fill: #57606a; }
.paper { fill: #ffffff; }
.axis { stroke: #8c959f; stroke-width: 1; fill: none; }
.grid { stroke: #d8dee4; stroke-width: 1; }
.work { fill: #afb8c1; fill-opacity: 0.6; }
.workers { stroke: #57606a; stroke-width: 1.6; fill: none; stroke-linejoin: round; }
.ours { stroke: #0969da; stroke-width: 2; }
.demand { stroke: #bc4c00; stroke-width: 1; stroke-dasharray: 3 2; fill: none; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .small { fill: #9198a1; }
  .paper { fill: #0d1117; }
  .axis { stroke: #6e7681; }
  .grid { stroke: #262c36; }
  .work { fill: #6e7681; }
  .workers { stroke: #b1bac4; }
  .ours { stroke: #4493f8; }
  .demand { stroke: #db6d28; }
}
</style>
<rect class="paper" width="${width}" height="${height}"/>
<text class="title" x="${left}" y="24">${escaped(trace.title)}</text>
<text class="small" x="${left}" y="42">Line: workers, starting ones included. Dashes: workers asked for. Area: work that arrives, in full workers. Scales differ.</text>
${body.join('\n')}
${timeAxis(trace, bottom)}
<text class="small" transform="translate(16 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">workers</text>
</svg>
`;
}

function drawPanel(
  { name, note, timeline }: Panel,
  options: { y: number; arriving: readonly number[]; isOurs: boolean },
): string {
  const { y } = options;
  const { workers, desired } = timeline;
  const most = niceAbove(Math.max(1, ...workers, ...desired, ...options.arriving));
  const bottom = y + panelHeight;
  const x = (index: number, count: number) => left + (plotWidth * index) / Math.max(1, count - 1);
  const level = (value: number) => bottom - (panelHeight * Math.min(value, most)) / most;
  const stairs = (counts: readonly number[]) =>
    counts.flatMap((value, index) => {
      const before = counts[index - 1];
      const at = (height: number) => `${round(x(index, counts.length))},${round(level(height))}`;
      if (before === undefined || index === counts.length - 1) return [at(value)];
      return before === value ? [] : [at(before), at(value)];
    });
  const area = options.arriving.map((value, index) => {
    return `${round(x(index, options.arriving.length))},${round(level(value))}`;
  });
  return `<text x="${left}" y="${y - 6}">${escaped(name)} <tspan class="small" dx="6">${escaped(note)}</tspan></text>
<line class="grid" x1="${left}" y1="${y}" x2="${width - right}" y2="${y}"/>
<polygon class="work" points="${left},${bottom} ${area.join(' ')} ${width - right},${bottom}"/>
<polyline class="workers${options.isOurs ? ' ours' : ''}" points="${stairs(workers).join(' ')}"/>
<polyline class="demand" points="${stairs(desired).join(' ')}"/>
<path class="axis" d="M${left} ${y}V${bottom}H${width - right}"/>
<text class="small" x="${left - 6}" y="${y + 8}" text-anchor="end">${most}</text>
<text class="small" x="${left - 6}" y="${bottom}" text-anchor="end">0</text>`;
}

/** Workers' worth of work that arrives in each part of the picture. */
function workArriving({ arrivals, lengths, picture, task }: Trace, parts: number): number[] {
  const partMs = Math.max((picture.toMs - picture.fromMs) / parts, 60_000);
  const count = Math.ceil((picture.toMs - picture.fromMs) / partMs);
  const work = Array.from({ length: count }, () => 0);
  for (const [message, atMs] of arrivals.entries()) {
    const part = Math.floor((atMs - picture.fromMs) / partMs);
    if (part < 0 || part >= count) continue;
    work[part] = (work[part] ?? 0) + (lengths[message] ?? 0) / partMs / task.concurrency;
  }
  return work;
}

function timeAxis({ picture }: Trace, y: number): string {
  const spanMinutes = (picture.toMs - picture.fromMs) / 60_000;
  const stepMinutes = [5, 10, 15, 30, 60, 120, 180].find((step) => spanMinutes / step <= 13) ?? 240;
  const inHours = stepMinutes >= 60;
  const ticks = Array.from({ length: Math.floor(spanMinutes / stepMinutes) + 1 }, (_, index) => {
    const minutes = index * stepMinutes;
    const x = round(left + (plotWidth * minutes) / spanMinutes);
    return `<path class="axis" d="M${x} ${y}v5"/><text class="small" x="${x}" y="${y + 18}" text-anchor="middle">${inHours ? minutes / 60 : minutes}</text>`;
  });
  const label = `time in ${inHours ? 'hours' : 'minutes'}`;
  return `${ticks.join('')}<text class="small" x="${width - right}" y="${y + 34}" text-anchor="end">${label}</text>`;
}

function niceAbove(value: number): number {
  return [1, 2, 3, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100].find((nice) => nice >= value) ?? Math.ceil(value);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
