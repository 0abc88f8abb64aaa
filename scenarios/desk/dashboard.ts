import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from '../../testbed/browser/plain';
import { packageRoot } from '../../testbed/n8n/paths';
import { boardHtml } from './board';
import type { Answered, Line, Panel } from './panel';

/** What came of a dashboard that was drawn. */
export interface Drawn {
	readonly queries: number;
	/** Title of the panel and what Prometheus said, for each query that it did not answer. */
	readonly refused: readonly string[];
	/** Titles of panels that have nothing to show. */
	readonly empty: readonly string[];
}

/** Seconds that are asked for, and between two values of them. */
const [rangeSeconds, stepSeconds] = [180, 5];

/** Where the picture stands, from the root. */
export const dashboardPicture = 'docs/images/desk/dashboard.png';

/** Panels that say something when a slot was missed: of the spine, of its last send, of the slot. */
export const mustShow = ['Nobody asked in the open slot for', 'Since the last send', 'Slot missed'] as const;

/** The dashboard as it is shipped. */
export const readDashboard = (): { readonly title: string; readonly panels: readonly Panel[] } =>
	JSON.parse(readFileSync(join(packageRoot, 'docs', 'observability', 'dashboard.json'), 'utf8')) as {
		title: string;
		panels: Panel[];
	};

/** As Prometheus answers `/api/v1/query_range` (prometheus.io/docs/prometheus/latest/querying/api). */
type Answer =
	| { readonly status: 'error'; readonly error: string }
	| {
			readonly status: 'success';
			readonly data: {
				readonly result: readonly {
					readonly metric: Readonly<Record<string, string>>;
					readonly values: readonly (readonly [seconds: number, value: string])[];
				}[];
			};
	  };

/** The name of a series as Grafana writes it: `{{label}}` is the label's value, or its name where the series has none. */
export const legendOf = (format: string, labels: Readonly<Record<string, string>>): string =>
	format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? label);

/** What shows the newest value alone, and no course. */
export const isOfNow = ({ type }: Panel): boolean => type !== 'timeseries';

async function askPanel(origin: string, panel: Panel, endsAt: number): Promise<Answered> {
	const lines: Line[] = [];
	const refused: string[] = [];
	for (const { expr, legendFormat } of panel.targets) {
		const query = new URLSearchParams({
			query: expr.replaceAll('$spine', '.*'),
			start: String(endsAt - rangeSeconds),
			end: String(endsAt),
			step: String(stepSeconds),
		});
		const response = await fetch(`${origin}/api/v1/query_range?${query.toString()}`);
		const answer = (await response.json()) as Answer;
		if (answer.status === 'error') {
			refused.push(answer.error);
			continue;
		}
		for (const { metric, values } of answer.data.result) {
			const points = values
				.map(([seconds, value]) => [seconds * 1_000, Number(value)] as const)
				.filter(([at, value]) => Number.isFinite(value) && (!isOfNow(panel) || at === endsAt * 1_000));
			if (points.length > 0) lines.push({ name: legendOf(legendFormat, metric), points });
		}
	}
	const asked = { from: (endsAt - rangeSeconds) * 1_000, to: endsAt * 1_000 };
	return { panel, lines, refused, asked };
}

/**
 * Asks a Prometheus every query of the dashboard, each for the last three minutes, and for every spine.
 *
 * @param origin where it listens, without a slash at the end
 * @param now milliseconds
 */
export async function askDashboard(origin: string, now: number): Promise<readonly Answered[]> {
	const endsAt = Math.floor(now / 1_000);
	return await Promise.all(readDashboard().panels.map((panel) => askPanel(origin, panel, endsAt)));
}

/** How many queries were asked, which were refused, and which panels show nothing. */
export const drawnOf = (panels: readonly Answered[]): Drawn => ({
	queries: panels.reduce((sum, { panel }) => sum + panel.targets.length, 0),
	refused: panels.flatMap(({ panel, refused }) => refused.map((words) => `${panel.title}: ${words}`)),
	empty: panels.filter(({ lines }) => lines.length === 0).map(({ panel }) => panel.title),
});

/** Asks every query of the dashboard, and draws its panels, each at its place, into the picture of the documentation. */
export async function drawDashboard(origin: string): Promise<Drawn> {
	const panels = await askDashboard(origin, Date.now());
	const browser = await openBrowser();
	try {
		const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
		await page.setContent(boardHtml(readDashboard().title, panels), { waitUntil: 'load' });
		await page.screenshot({ path: join(packageRoot, dashboardPicture), fullPage: true });
	} finally {
		await browser.close();
	}
	return drawnOf(panels);
}
