/** Name of the parameter that names the paused tasks: none. */
export const pausedTasksParameter = '/bench/paused-tasks';
