import { buildIfStale } from '../../testbed/build';
import { Tale } from '../../testbed/tale';
import { playStory } from '../play-story';
import { hasPrometheus, missASlot } from './alerts';
import { mustShow } from './dashboard';
import { keep, kept, writePage } from './page';
import { lookAtPages } from './pages';
import { playDesk } from './play';
import { measureSizes } from './sizes';
import { playWatch } from './watch';

/** `-- --only pages,alerts,sizes,n8n,watch` plays some parts; what others found last stays on the page. */
const given = process.argv.indexOf('--only');
const only = given < 0 ? null : (process.argv[given + 1] ?? '').split(',');
const wanted = (part: string): boolean => only?.includes(part) ?? true;

/** Longest time of a page, in milliseconds of processor time, and its most bytes, at ten million deliveries. */
const MOST = { ms: 1_000, bytes: 150_000 };

async function pages(tale: Tale): Promise<void> {
	tale.act('The page in a browser');
	const rows = await lookAtPages();
	keep('pages', rows);
	const named = (bad: (row: (typeof rows)[number]) => boolean): string[] =>
		rows.filter(bad).map(({ scene, window, axe }) => `${scene}, ${window} ${axe.join('; ')}`);
	tale.promise(
		'the five answers stand on the first screen',
		named(({ answersEnd, height }) => answersEnd > height),
	);
	tale.promise(
		'no page is wider than its window',
		named(({ tooWide }) => tooWide),
	);
	tale.promise(
		'no page asks anybody else for anything',
		named(({ outside }) => outside.length > 0),
	);
	tale.promise(
		'axe finds nothing',
		named(({ axe }) => axe.length > 0),
	);
}

async function alerts(tale: Tale): Promise<void> {
	tale.act('A missed slot, told by Prometheus');
	if (!hasPrometheus()) return tale.say('skipped: Prometheus is not installed (Debian: prometheus)');
	const fired = await missASlot((line) => tale.say(line));
	keep('alerts', fired);
	tale.promise('nothing fires while the spine is served', fired.before);
	tale.promise(`the missed slot fires ${fired.alert} after ${fired.seconds} s`, []);
	tale.promise('Prometheus answers every query of the dashboard', fired.dashboard.refused);
	tale.promise(
		'the dashboard shows the spine, its last send, and the missed slot',
		mustShow.filter((title) => fired.dashboard.empty.includes(title)),
	);
}

async function sizes(tale: Tale): Promise<void> {
	tale.act('Time and size');
	const found = await measureSizes(
		kept('sizes'),
		(line) => tale.say(line),
		(sizes) => keep('sizes', sizes),
	);
	const named = (bad: (row: (typeof found.rows)[number]) => boolean): string[] =>
		found.rows.filter(bad).map(({ store, deliveries }) => `${store}, ${deliveries}`);
	tale.promise(
		'a page has at most 150 kB',
		named(({ bytes }) => bytes > MOST.bytes),
	);
	tale.promise(
		'a page takes at most a second of processor time',
		named(({ cpuMs }) => cpuMs > MOST.ms),
	);
}

async function main(): Promise<boolean> {
	const tale = new Tale();
	if (wanted('n8n')) {
		if (buildIfStale()) tale.say('Built the package.');
		tale.act('The desk in a real n8n');
		keep('n8n', await playDesk(tale));
	}
	if (wanted('watch')) {
		if (buildIfStale()) tale.say('Built the package.');
		tale.act('Workflows that fall silent, in a real n8n');
		keep('watch', await playWatch(tale));
	}
	if (wanted('pages')) await pages(tale);
	if (wanted('alerts')) await alerts(tale);
	if (wanted('sizes')) await sizes(tale);
	writePage();
	return tale.end();
}

playStory(main);
