#!/bin/bash
#SBATCH --job-name=compare-schedules
#SBATCH --array=1-4
#SBATCH --cpus-per-task=1
#SBATCH --time=04:00:00
#SBATCH --output=compare-%A_%a.log

# Usage: sbatch --array=1-4 slurm.sh <CompareSchedules> <data> <out> [options]
# Each task of the array makes its share of the runs. The last line is the job's own process, so that the end of its time reaches it: it writes a checkpoint then.
program=$1 data=$2 out=$3
shift 3
export OMP_NUM_THREADS=$SLURM_CPUS_PER_TASK
exec "$program" "$data" --output "$out" --task "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" "$@"
