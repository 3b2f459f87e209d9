"""The demo's data: a shop of music and accessories with the purchases of real customers, in English or Chinese.

`python -m dev.demo_data --database NAME --lang en_US|zh_CN --cache FOLDER` fills a fresh database inside the
environment, through the ORM, and scores the customers. The same day always gives the same data.

    history    CDNOW's purchases, moved in time; pure     shop           company, people who sell, products
    names      who the customers are; pure                customers      companies, their contacts, individuals
    products   which products a purchase was; pure        orders         confirmed orders and open quotations
    standing   who looks after whom; pure                 invoices       paid in time or late, overdue, credited
    words_en, words_zh   what all names are made of       conversations  leads, meetings, messages, activities
    session    an ORM environment, batches, progress      tiers          the ladder, its benefits, owners, reviews
    scoring    scores, and how many are in a segment      follow_up      whose active follow-up was stopped
    hints      what to look at first                      privacy        who asked not to be profiled

Who can log in, the password being the login:

    admin     administrator
    manager   sees all of both teams, configures and recomputes the segmentation, sees invoices
    rep, lea  team 1: own documents only
    jon, mia  team 2: all documents
"""

SEED = 1998
