"""A shop of music and accessories with the purchases of real customers, or of made-up ones, in English or Chinese.

It is made through the ORM and scored; the same day always gives the same data. The modules import neither Odoo nor
anything outside of this package.

    history    CDNOW's purchases, moved in time; pure     company        the firm, people who sell, products
    cohort     made-up purchases like CDNOW's; pure       customers      companies, their contacts, individuals
    names      who the customers are; pure                orders         confirmed orders and open quotations
    products   which products a purchase was; pure        invoices       paid in time or late, overdue, credited
    standing   who looks after whom; pure                 conversations  leads, meetings, messages, activities
    words_en, words_zh   what all texts are made of       opinions       satisfaction, and what leads mean to do
    session    batches and progress                       tiers          the ladder, its benefits, owners, reviews
    scoring    scores, and how many are in a segment      follow_up      whose active follow-up was stopped
    screens    what no screen may lack                    promises       what salespeople promised to do
    hints      what to look at first                      privacy        who asked not to be profiled
    playbooks  which are at work

Who can log in, the password being the login:

    manager   sees all of both teams, configures and recomputes the segmentation, sees invoices
    rep, lea  team 1: own documents only
    jon, mia  team 2: all documents
"""

SEED = 1998


class Incomplete(Exception):
    """The shop did not come out whole: a mistake of ours, so nothing of it is kept."""
