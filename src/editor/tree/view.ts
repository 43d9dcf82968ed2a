/** Id of the view that lists the jobs. */
export const JOBS_VIEW = 'moeScope.jobs';
