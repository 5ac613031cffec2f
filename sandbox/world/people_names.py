"""Names people as an accountant's client list does: more of them than `names` has, told apart as women's and men's."""

import unicodedata
from random import Random

_FEMALE = """Aaliyah Abigail Adele Agnes Alice Alina Amara Amina Anaïs Anastasia Annabel Aroha Astrid Beatrice Bianca Bridget
    Bronwyn Camille Carmen Cassandra Catherine Cecilia Charlotte Chloë Clementine Constance Cordelia Dagmar Daphne
    Delphine Dorothy Edith Eilidh Eleanor Elena Elspeth Esme Eunice Evelyn Farida Fatima Felicity Fiona Florence
    Frances Freya Georgia Gita Grace Gwendolyn Hana Harriet Hedwig Helena Heloise Hinemoa Ines Ingrid Iris Isla Ivy
    Jacinta Jasmine Josephine Judith Kahurangi Katherine Keiko Kirsten Lakshmi Leilani Lenore Lorraine Lucinda Mabel
    Madeleine Mairéad Marguerite Matilda Mereana Mirabel Muriel Nadia Naomi Niamh Noor Octavia Ophelia Pania Penelope
    Philippa Priya Rachel Ramona Rosalind Roxana Sabine Saoirse Shanthi Siobhán Sunniva Sylvia Tamsin Thandiwe Ursula
    Valentina Verity Wilhelmina Winifred Xanthe Yasmin Yvette Zoë"""
FEMALE = tuple(_FEMALE.split())
_MALE = """Aaron Abdul Adrian Ahmed Alasdair Alistair Ambrose Angus Anton Archibald Arjun Arthur Babak Barnaby Bartholomew
    Benedict Bertram Björn Brendan Callum Cedric Chidi Clarence Conrad Cormac Crispin Cuthbert Cyril Darcy Declan
    Desmond Dmitri Douglas Duncan Edmund Edwin Elias Emeka Ernest Evander Fergus Finlay Francisco Frederick Gareth
    Geoffrey Gideon Giorgio Godfrey Gregory Hamish Harold Hector Hēmi Henrik Hiroshi Horatio Hugo Ibrahim Ignatius
    Ivan Jasper Javier Jerome Joaquín Jonathan Julian Kazuo Kenneth Kieran Lachlan Lambert Leopold Lionel Lorcan
    Lucian Magnus Malcolm Marcus Matiu Maurice Mihail Montague Nathaniel Nigel Olaf Oliver Oscar Percival Quentin
    Rajesh Rāwiri Reginald Roderick Rupert Sandeep Sebastian Seamus Sigurd Stanislaw Tama Tāne Tariq Thaddeus Theodore
    Tobias Ulrich Vikram Vincent Wallace Whetu Winston Xavier Yusuf Zachary"""
MALE = tuple(_MALE.split())
_FAMILY = """Abbott Abernathy Achterberg Adeyemi Ainsworth Albrecht Alderton Ambani Amundsen Appleyard Arbuthnot Armitage
    Asquith Atherton Babbage Bagnall Bainbridge Balakrishnan Bancroft Barraclough Bartholomew Bashir Bathgate Beauchamp
    Bellamy Bergström Bickerton Birtwistle Blenkinsop Boateng Bonham Borthwick Boscawen Bracegirdle Braithwaite
    Brockbank Brubaker Buccleuch Burkhart Cadwallader Calloway Carruthers Castellano Cattermole Chamberlain Chatterjee
    Cholmondeley Chowdhury Clutterbuck Cockburn Colquhoun Cornwallis Coulibaly Crabtree Cruickshank Cunningham Dalgleish
    D'Angelo D'Souza Dashwood Davenport De'Ath Desrosiers Dimitriou Doherty Drinkwater Duckworth Dunwoody Ebsworth
    Eccleston Edgecombe Eisenberg Ellingham Entwistle Erskine Everingham Fairbairn Fanshawe Farquharson Featherstone
    Fenwick Fernández Fiennes Fothergill Frobisher Gallacher Garside Gilchrist Gisborne Goldsworthy Goodenough Gorringe
    Grosvenor Gudgeon Guðmundsson Habib Haddad Hallam Hardcastle Harkness Hasegawa Heathcote Henare Hepplewhite
    Heptinstall Higginbottom Hinchcliffe Hobhouse Holloway Horncastle Huddleston Hutchinson Ibáñez Iyer Jellicoe
    Jóhannsdóttir Kapoor Karamanlis Kavanagh Keighley Khatri Kirkpatrick Knightley Kōpaki Kruger Kumaraswamy Lancaster
    Langtry Le'Strange Leatherbarrow Lindqvist Llewellyn Loxley Lyttelton MacGillivray Mainwaring Makepeace Mandelbaum
    Marchbanks Marsden Mbeki McAllister McCorkindale McElhinney Mehrotra Merriweather Molyneux Moncrieff Mountjoy
    Muldoon Musgrave Ndlovu Nettleship Ngāti Nguyễn Norrington O'Callaghan O'Dowd O'Flaherty O'Neill O'Shaughnessy
    Oakeshott Ogilvie Okafor Oppenheim Ormsby Ottaway Palliser Paraone Parkinson Patel Peverell Pilkington Ponsonby
    Postlethwaite Prendergast Pritchard Quartermaine Radcliffe Rafferty Ramanathan Ramsbottom Rattigan Ravenscroft
    Rigby Rosenthal Roxburgh Rukmini Ruddock Sakurai Salisbury Sánchez Satterthwaite Scrimgeour Seagrave Sedgwick
    Shackleton Shuttleworth Sidebottom Skeffington Smythe Sommerfeld Spurgeon Stanhope Steinbach Strathmore Szymański
    Takahashi Tamatea Tarkington Templeton Thackeray Throckmorton Tregear Trelawney Tuhiwai Twistleton Ubanwa Urquhart
    Vandenberg Venkataraman Villiers Wadsworth Waverley Weatherall Wedderburn Wetherby Whakaari Whitlock Wickham
    Wigglesworth Winterbourne Wolstenholme Wriothesley Wyndham Yamashita Yates Younghusband Zaborowski Zuckermann"""
FAMILY = tuple(_FAMILY.split())
# As one person writes a name and another does not; either way round.
SHORT = {
    "Abigail": "Abby",
    "Alistair": "Al",
    "Benedict": "Ben",
    "Bridget": "Bridie",
    "Catherine": "Cathy",
    "Cassandra": "Cass",
    "Douglas": "Doug",
    "Eleanor": "Ellie",
    "Felicity": "Flick",
    "Frances": "Fran",
    "Frederick": "Fred",
    "Geoffrey": "Geoff",
    "Gregory": "Greg",
    "Harriet": "Hattie",
    "Jonathan": "Jon",
    "Josephine": "Jo",
    "Katherine": "Kate",
    "Kenneth": "Ken",
    "Madeleine": "Maddie",
    "Nathaniel": "Nathan",
    "Penelope": "Penny",
    "Philippa": "Pip",
    "Sebastian": "Seb",
    "Theodore": "Theo",
    "Tobias": "Toby",
    "Vincent": "Vince",
    "Wilhelmina": "Billie",
    "Zachary": "Zac",
}
HOSTS = ("harrowmail.example", "kingfisherpost.example", "tuimail.example", "bluegum.example", "outback-online.example")
REFERRALS = ("Website", "Existing client", "Solicitor", "Bank", "Walk-in", "Xero advisor directory")


def given(rnd: Random, gender: str) -> str:
    return rnd.choice(FEMALE if gender == "Female" else MALE)


def plain(text: str) -> str:
    """As it stands in an e-mail address: lower case, without accents and signs."""
    parted = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("ð", "d"))
    return "".join(sign for sign in parted if sign.isascii() and sign.isalnum()).lower()
