import type { WorkflowJson, WorkflowNode } from '../types';
import { html, type Html } from '../../page/html';

/** How a node is drawn: on a violation's path, at fault, guarded, or plain. */
export interface Marks {
	readonly atFault: ReadonlySet<string>;
	readonly onPath: ReadonlySet<string>;
	/** Pairs `from\nto` of node names whose connection lies on a path. */
	readonly steps: ReadonlySet<string>;
	readonly guarded: ReadonlySet<string>;
	/** Pairs of connected nodes on the way to a guarded send. */
	readonly guardedSteps: ReadonlySet<string>;
}

const WIDTH = 200;
const HEIGHT = 64;
const MARGIN = 40;
/** A canvas is drawn no smaller than this: letters of 13 px stay legible, and what is wider is scrolled to. */
const SMALLEST = 0.75;
/** Gaps between columns and rows of nodes: wide canvases are drawn closer, so that a path fits on a page. */
const COLUMN = [WIDTH + 50, WIDTH + 50] as const;
const ROW = [30, HEIGHT + 40] as const;

/** The workflow's canvas as SVG, drawn from the positions of its nodes; colours come from the page's classes. */
export function canvas(workflow: WorkflowJson, marks: Marks): Html {
	const nodes = workflow.nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote');
	if (nodes.length === 0) return html``;
	const xs = squeezed(
		nodes.map(({ position }) => position[0]),
		COLUMN,
	);
	const ys = squeezed(
		nodes.map(({ position }) => position[1]),
		ROW,
	);
	const at = ({ position: [x, y] }: WorkflowNode): [number, number] => [
		(xs.get(x) ?? 0) + MARGIN,
		(ys.get(y) ?? 0) + MARGIN,
	];
	const width = Math.max(...nodes.map((node) => at(node)[0])) + WIDTH + MARGIN;
	const height = Math.max(...nodes.map((node) => at(node)[1])) + HEIGHT + MARGIN;
	const byName = new Map(nodes.map((node) => [node.name, node]));
	const edges = nodes.flatMap((from) =>
		Object.entries(workflow.connections[from.name] ?? {}).flatMap(([type, outputs]) =>
			outputs.flatMap((targets, output) =>
				(targets ?? []).flatMap((target) => {
					const to = byName.get(target.node);
					if (!to) return [];
					const marked = marks.steps.has(`${from.name}\n${to.name}`);
					const kept = marks.guardedSteps.has(`${from.name}\n${to.name}`);
					const place = { output, outputs: outputs.length, aside: type !== 'main', kept };
					return [{ marked, svg: edge(at(from), at(to), place, marked) }];
				}),
			),
		),
	);
	// Marked connections last, so that they lie on top.
	const drawn = edges.sort((a, b) => Number(a.marked) - Number(b.marked)).map(({ svg }) => svg);
	return html`<svg
		viewBox="0 0 ${width} ${height}"
		style="max-width:${width}px;min-width:${Math.round(width * SMALLEST)}px"
		role="img"
		aria-label="${workflow.name}"
	>
		<defs>
			<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
				<path d="M0 0L8 4L0 8z" class="tip" />
			</marker>
			<marker
				id="tip-marked"
				viewBox="0 0 8 8"
				refX="7"
				refY="4"
				markerWidth="5"
				markerHeight="5"
				orient="auto"
			>
				<path d="M0 0L8 4L0 8z" class="tip marked" />
			</marker>
		</defs>
		${[...drawn, ...nodes.map((node) => box(node, at(node), marks))]}
	</svg>`;
}

/** Where each coordinate is drawn: in the same order, with gaps between the two bounds; near ones (half a box) stay level. */
function squeezed(values: readonly number[], [least, most]: readonly [number, number]): Map<number, number> {
	const sorted = [...new Set(values)].sort((a, b) => a - b);
	const drawn = new Map<number, number>();
	let at = 0;
	let last = sorted[0] ?? 0;
	for (const value of sorted) {
		const gap = value - last;
		if (gap >= HEIGHT / 2) {
			at += Math.min(most, Math.max(least, gap));
			last = value;
		}
		drawn.set(value, at);
	}
	return drawn;
}

function edge(
	[fromX, fromY]: [number, number],
	[toX, toY]: [number, number],
	{ output, outputs, aside, kept }: { output: number; outputs: number; aside: boolean; kept: boolean },
	marked: boolean,
): Html {
	const x1 = fromX + WIDTH;
	const y1 = Math.round(fromY + (HEIGHT * (output + 1)) / (outputs + 1));
	const y2 = toY + HEIGHT / 2;
	const back = toX < x1;
	// One that leads back must not leave the canvas on its way around.
	const bend = back ? MARGIN : Math.max(40, Math.abs(toX - x1) / 2);
	// A connection that skips a node of its own row, or leads back along it, would run through it: it goes around above.
	const lift = (back || toX - x1 > WIDTH) && Math.abs(y2 - y1) < HEIGHT ? HEIGHT * 1.1 : 0;
	const path = `M${x1} ${y1}C${x1 + bend} ${y1 - lift} ${toX - bend} ${y2 - lift} ${toX} ${y2}`;
	const classes = `edge${marked ? ' marked' : kept ? ' kept' : ''}${aside ? ' aside' : ''}`;
	return html`<path class="${classes}" d="${path}" marker-end="url(#tip${marked ? '-marked' : ''})" />`;
}

function box(node: WorkflowNode, [x, y]: [number, number], marks: Marks): Html {
	const kind = marks.atFault.has(node.name)
		? 'fault'
		: marks.onPath.has(node.name)
			? 'path'
			: marks.guarded.has(node.name)
				? 'guarded'
				: 'plain';
	const type = node.type.slice(node.type.lastIndexOf('.') + 1);
	return html`<g class="node ${node.disabled ? `${kind} off` : kind}">
		<title>${`${node.name} (${node.type})`}</title>
		<rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="8" />
		<text x="${x + 12}" y="${y + 27}" class="name" style="font-size:${size(node.name, 25, 13)}px"
			>${cut(node.name, 36)}</text
		>
		<text x="${x + 12}" y="${y + 47}" class="type" style="font-size:${size(type, 30, 11)}px"
			>${cut(type, 42)}</text
		>
	</g>`;
}

/** Letters as small as it takes to stay inside the box, in px. */
const size = (text: string, most: number, usual: number): number =>
	Math.max(9, Math.min(usual, Math.floor((usual * most) / [...text].length)));

const cut = (text: string, length: number): string =>
	[...text].length > length ? `${[...text].slice(0, length - 1).join('')}…` : text;
