import type { StandIn, StandInAdmin } from '../shared/server';
import { bearerOf, keyedBench, type VendorOptions } from '../shared/vendor';
import { vendorFaults } from '../shared/vendor-faults';
import { github as contract } from '../../contracts/github';
import { addActionRoutes } from './actions';
import { Repository, type Conclusion, type Run } from './repository';
import { addPullRoutes, addRefRoutes, addReleaseRoutes } from './routes';

export { Repository, type Pull, type PublishedRelease, type Review, type Run } from './repository';

/** Token the GitHub stand-in takes. */
export const sandboxGitHubToken = 'github-stand-in';

/** What a test may do to the GitHub stand-in. */
export interface GitHubAdmin extends StandInAdmin {
	readonly repository: Repository;
	/** What a dispatched workflow does; it ends by `finish`. Without one it ends at once, successfully. */
	onDispatch(pipeline: Pipeline): void;
	/** Starts a run as somebody else does: by hand, or from another system. */
	start(run: Pick<Run, 'workflow' | 'ref'> & { readonly status: Run['status'] }): Run;
}

/** What a run does. */
export type Pipeline = (run: Run, finish: (conclusion: Conclusion) => void) => void;

/** Starts GitHub's REST API (2022-11-28) over one repository. */
export async function startGitHub(options: VendorOptions = {}): Promise<StandIn<GitHubAdmin>> {
	const clock = options.clock ?? Date.now;
	const repository = new Repository(clock());
	let pipeline: Pipeline = (_run, finish) => finish('success');
	const faults = vendorFaults({
		throttled: {
			message: 'You have exceeded a secondary rate limit.',
			documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api',
		},
		throttledHeaders: { 'x-ratelimit-remaining': '0' },
		broken: { message: 'Server Error' },
	});
	const { app, ...bench } = keyedBench(
		faults,
		(request) => bearerOf(request) === sandboxGitHubToken,
		{
			status: 401,
			body: { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest', status: '401' },
		},
		contract,
	);
	app.get('/user', async () => ({ login: 'release-bot', id: 1 }));
	addPullRoutes(app, repository);
	addRefRoutes(app, repository, clock);
	addReleaseRoutes(app, repository, clock);
	addActionRoutes(app, repository, clock, (run) => {
		run.status = 'in_progress';
		pipeline(run, (conclusion) => {
			run.status = 'completed';
			run.conclusion = conclusion;
		});
	});
	const admin: GitHubAdmin = {
		...bench.admin,
		repository,
		onDispatch: (next) => {
			pipeline = next;
		},
		start: ({ workflow, ref, status }) => {
			const sha = repository.resolve(ref) ?? '';
			const id = 7000 + repository.runs.length;
			const run: Run = { id, workflow, ref, sha, inputs: {}, startedAt: clock(), status, conclusion: null };
			repository.runs.push(run);
			return run;
		},
	};
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}
