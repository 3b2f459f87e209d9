"""How fast the addon is, as ratios to what PostgreSQL alone needs on the same rows, machine and minute.

__main__       the command: which sizes, what is printed
dataset        a database of N customers and 10·N orders (generate_orders.sql), and a twin without the addon
floors         A and B, the two times everything is compared with
recompute      a process of its own that runs only the scheduled action: time and peak memory
one_customer   an order is confirmed, its customer is rescored
screens        the lists people open
prediction     churn risk and lifetime value of a million customers, without a database
budget         the bars, and the table
"""
