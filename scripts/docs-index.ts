import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const docs = join(__dirname, '..', 'docs');

/** Where the page goes. */
export const indexFile = join(docs, 'README.md');

interface Section {
	readonly title: string;
	/** Pages in the order of reading, relative to docs/; a folder stands for all pages in it. */
	readonly pages: readonly string[];
}

/** What nobody put into a section stands in the last one, so that no page is lost. */
const sections: readonly Section[] = [
	{
		title: 'Guide',
		pages: [
			'../README.md',
			'guide/never-twice.md',
			'guide/tasks.md',
			'guide/glossary.md',
			'guide/questions.md',
			'guide/what-it-is-not.md',
			'guide/tour.md',
			'guide/set-up.md',
			'guide/doctor.md',
			'guide/upgrade.md',
			'guide/cadence.md',
			'guide/hubspot.md',
			'guide/providers.md',
			'guide/desk.md',
			'guide/operations.md',
			'guide/personal-data.md',
			'guide/queue-mode.md',
			'guide/sizing.md',
			'guide/audit.md',
			'guide/snapshots.md',
			'guide/',
			'guide/records.md',
			'../CHANGELOG.md',
		],
	},
	{ title: 'Reference: nodes', pages: ['reference/nodes/'] },
	{ title: 'Reference: templates', pages: ['reference/templates/'] },
	{ title: 'Reference: policies, releases, errors', pages: ['reference/', 'reference/doctrines/'] },
	{ title: 'Internals', pages: ['../CONTRIBUTING.md', 'internals/architecture.md', 'internals/'] },
	{ title: 'Records of runs', pages: ['records/', '../bench/RESULTS.md'] },
];

/** Pages that do not say themselves what they are. */
const said: Readonly<Record<string, string>> = {
	'../CHANGELOG.md': 'Says what changed, by version and date.',
	'reference/doctrines/quiet-content-delivery.md':
		'The source of the policy quiet-content-delivery, word for word.',
	'reference/doctrines/weekly-software-release.md':
		'The source of the policy weekly-software-release, word for word.',
};

const records = 'guide/records.md';

const read = (page: string): string => readFileSync(join(docs, page), 'utf8');

const inFolder = (folder: string): readonly string[] =>
	readdirSync(join(docs, folder))
		.filter((file) => file.endsWith('.md') && file !== 'README.md')
		.sort()
		.map((file) => folder + file);

const plain = (text: string): string =>
	text
		.replace(/\s+/g, ' ')
		.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
		.replaceAll('*', '')
		.trim();

/** What the guide says of a record; programs write the records, so the line stands there. */
function ofRecord(page: string): string | undefined {
	const link = posix.relative('/docs/guide', posix.join('/docs', page));
	const line = read(records)
		.split('\n')
		.find((text) => text.includes(`](${link}): `));
	const sentence = line?.split('): ')[1];
	return sentence && plain(sentence.charAt(0).toUpperCase() + sentence.slice(1));
}

/** The heading of a page below docs/, and what the page says that it is for: its first sentence. */
export function introduction(page: string): readonly [title: string, sentence: string] {
	const text = read(page);
	const title = /^# (.+)$/m.exec(text)?.[1]?.trim() ?? page;
	const paragraph = text.split(/\n\s*\n/).find((part) => /^[\p{L}`*"[]/u.test(part)) ?? '';
	const sentence = /^.+?\.(?=\s|$)/.exec(plain(paragraph))?.[0] ?? '';
	return [title, said[page] ?? ofRecord(page) ?? sentence];
}

/** Folders whose pages tell what one thing does. */
const ofThings = ['reference/nodes/', 'reference/templates/'];

/**
 * What is wrong with the sentence that stands for a page in lists, or `null`. It stands alone there: it has to be
 * whole, and of a node or a template it says what it does, with the verb first ("Watches…").
 */
export function faultOf(page: string, sentence: string): string | null {
	const words = sentence.split(' ');
	if (!/^[A-Z].*\.$/.test(sentence)) return 'it is no sentence';
	if (words.length < 5) return 'it is a fragment';
	if (sentence.length > 180) return 'it is too long for a list';
	const isThing = ofThings.some((folder) => page.startsWith(folder));
	if (isThing && !/^[A-Z][a-z]+s$/.test(words[0] ?? '')) return 'it does not begin with what the thing does';
	if (/^(Every|Written by|Version|One|When|The train)\b/.test(sentence))
		return 'it does not say what it is for';
	return null;
}

const line = (page: string): string => {
	const [title, sentence] = introduction(page);
	return `- [${title}](${page}): ${sentence}`;
};

/** Pages by section, each once, in the order of reading. */
export function listedPages(): readonly { readonly title: string; readonly pages: readonly string[] }[] {
	const folders = readdirSync(docs, { withFileTypes: true }).filter((entry) => entry.isDirectory());
	const more = { title: 'More', pages: ['', ...folders.map(({ name }) => `${name}/`)] };
	const known = new Set<string>();
	return [...sections, more]
		.map(({ title, pages }) => {
			const named = pages.filter((page) => page !== '' && !page.endsWith('/'));
			const found = pages
				.flatMap((page) =>
					page === '' || page.endsWith('/') ? inFolder(page).filter((file) => !named.includes(file)) : [page],
				)
				.filter((page) => existsSync(join(docs, page)) && !known.has(page));
			for (const page of found) known.add(page);
			return { title, pages: found };
		})
		.filter(({ pages }) => pages.length > 0);
}

/** The page `docs/README.md`. */
export function indexPage(): string {
	const body = listedPages().map(({ title, pages }) => `## ${title}\n\n${pages.map(line).join('\n')}`);
	const head =
		'# Documentation\n\nEvery page, in the order of reading. Generated by `npm run docs:index`; a test fails when it is stale.';
	return `${[head, ...body].join('\n\n')}\n`;
}

if (require.main === module) writeFileSync(indexFile, indexPage());
