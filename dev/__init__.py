"""How a runnable Odoo 19 is put together on a bare machine, and what `bin/*` does with it.

Standard library only: it runs before anything is installed. One room per thing —

    odoo_source      Odoo itself            chromium       the browser of the browser tests
    python_packages  the virtual env        environment    all of it together: paths, variables, configuration
    postgres         the database server    database       databases in it, the template of the stock apps
    test, demo, bench, odoo_command         the four commands
"""
