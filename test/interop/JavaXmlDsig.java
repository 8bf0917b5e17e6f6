import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Java's own XML parser, canonicalizer and XML Signature. Each line of standard input is a file, the name of the element whose signature is
 * meant, and a certificate in base64. The answer, a line each: `valid`, the Reference's and SignedInfo's octets in base64; or `invalid`.
 */
final class JavaXmlDsig {
  public static void main(String[] arguments) throws Exception {
    for (String line : new String(System.in.readAllBytes()).split("\n")) {
      String[] words = line.split(" ");
      System.out.println(answer(Path.of(words[0]), words[1], words[2]));
    }
  }

  private static String answer(Path file, String element, String certificate) {
    try {
      return verify(file, element, keyOf(certificate));
    } catch (Exception refused) {
      return "invalid " + refused.getClass().getSimpleName();
    }
  }

  private static PublicKey keyOf(String certificate) throws Exception {
    var octets = new ByteArrayInputStream(Base64.getDecoder().decode(certificate));
    return CertificateFactory.getInstance("X.509").generateCertificate(octets).getPublicKey();
  }

  private static String verify(Path file, String element, PublicKey key) throws Exception {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    Document document = factory.newDocumentBuilder().parse(file.toFile());
    Element signature = null;
    NodeList all = document.getElementsByTagName("*");
    for (int at = 0; at < all.getLength(); at++) {
      Element found = (Element) all.item(at);
      if (found.hasAttribute("ID")) found.setIdAttribute("ID", true);
      Node parent = found.getParentNode();
      boolean meant = XMLSignature.XMLNS.equals(found.getNamespaceURI()) && element.equals(parent.getLocalName());
      if (meant && "Signature".equals(found.getLocalName())) signature = found;
    }
    // The key is given. KeyInfo stands outside of what is signed, and Java would read what nobody asked for.
    Node keyInfo = signature.getElementsByTagNameNS(XMLSignature.XMLNS, "KeyInfo").item(0);
    if (keyInfo != null) signature.removeChild(keyInfo);
    var context = new DOMValidateContext(key, signature);
    context.setProperty("javax.xml.crypto.dsig.cacheReference", true);
    XMLSignature read = XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context);
    if (!read.validate(context)) return "invalid";
    Reference reference = read.getSignedInfo().getReferences().get(0);
    byte[] digested = reference.getDigestInputStream().readAllBytes();
    byte[] signedInfo = read.getSignedInfo().getCanonicalizedData().readAllBytes();
    var base64 = Base64.getEncoder();
    return "valid " + base64.encodeToString(digested) + " " + base64.encodeToString(signedInfo);
  }
}
