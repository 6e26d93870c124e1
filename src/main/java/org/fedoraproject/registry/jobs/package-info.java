/**
 * Collections and scrubs as Jakarta Batch jobs, which administrators list, start, stop and restart with WildFly's CLI
 * and admin console, and which run at times of the day. Owns the jobs, their schedule, and what is known of their last
 * runs. May use {@code gc}, {@code scrub}, {@code quota}, {@code cluster}, {@code config} and {@code duty}. Start reading with
 * {@link org.fedoraproject.registry.jobs.Job}.
 */
package org.fedoraproject.registry.jobs;
