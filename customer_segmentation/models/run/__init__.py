"""What happens when: runs, staging, queue, measures, failures."""
